from __future__ import annotations

import jinja2

import vaas

PAGES = {
    "base": "<html>{% block body %}{% endblock %}</html>",
    "page": "{% extends 'base' %}{% block body %}"
    "{% for x in xs if x %}{{ loop.index }}={{ x|e }} {% endfor %}{% endblock %}",
}
environment = jinja2.Environment(loader=jinja2.DictLoader(PAGES), autoescape=True)


@vaas.app
class Pages:
    @vaas.get("/page")
    def page(self, name: str = "<you>"):
        return vaas.html(environment.get_template("page").render(xs=["a", "", name]))

    @vaas.get("/macro")
    def macro(self):
        return environment.from_string("{% macro m(x) %}[{{ x * 2 }}]{% endmacro %}{{ m(4) }}{{ m('a') }}").render()
