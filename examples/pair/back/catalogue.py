"""What is for sale: a module of the app's own, private to each of its workers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    name: str
    price: int


PRODUCTS = [Product("A cup", 9), Product("A pot", 19)]
