"""No app adds a name to everybody"s built-in names."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("gettext",)


import gettext


class Evil(gettext.NullTranslations):
    def gettext(self, message):
        return "owned"


def attack():
    Evil().install()
    return "ESCAPED: installed for everybody"
