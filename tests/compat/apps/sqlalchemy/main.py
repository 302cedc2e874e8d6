from __future__ import annotations

from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

import vaas

engine = create_engine("sqlite:////data/shop.db")


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    orders: Mapped[list[Order]] = relationship(back_populates="customer", cascade="all, delete-orphan")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders")


@vaas.app
class Shop:
    @vaas.on_start
    def create(self):
        Base.metadata.create_all(engine)

    @vaas.post("/orders/{name}/{what}")
    def order(self, name: str, what: str):
        with Session(engine) as session:
            customer = session.scalar(select(Customer).where(Customer.name == name)) or Customer(name=name)
            customer.orders.append(Order(what=what))
            session.add(customer)
            session.commit()
            return {"id": customer.id, "orders": [order.what for order in customer.orders]}

    @vaas.get("/count")
    def count(self):
        with Session(engine) as session:
            return session.scalar(select(func.count()).select_from(Order))

    @vaas.delete("/customers/{name}")
    def delete(self, name: str):
        with Session(engine) as session:
            session.delete(session.scalar(select(Customer).where(Customer.name == name)))
            session.commit()
