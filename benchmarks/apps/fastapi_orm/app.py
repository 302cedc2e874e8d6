import sqlalchemy.orm
from fastapi import FastAPI
from pydantic import BaseModel

VERSION = 0
app = FastAPI()


class Base(sqlalchemy.orm.DeclarativeBase):
    """Of the tables."""


class Note(Base):
    __tablename__ = "notes"
    id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)


class Page(BaseModel):
    version: int


@app.get("/")
def page() -> Page:
    return Page(version=VERSION)
