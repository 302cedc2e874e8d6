"""Which packages, which of their files, and what their documentation says that a line of code gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Example(NamedTuple):
    text: str
    """An expression."""
    gives: str
    """Its ``repr``, as it is documented."""


@dataclass(frozen=True)
class Package:
    pin: str
    tops: tuple[str, ...]
    """Files and folders, as they lie in site-packages."""
    setup: str
    """The imports of its examples."""
    examples: tuple[Example, ...]
    bundled: tuple[str, ...] = ()
    """What it needs, loaded plainly from the bundle."""
    refusals: tuple[str, ...] = ()
    """The rules that some of its files break, each for good: see ``why``."""
    why: str = ""


def package(
    pin: str,
    *tops: str,
    setup: str,
    examples: dict[str, str],
    bundled: tuple[str, ...] = (),
    refusals: tuple[str, ...] = (),
    why: str = "",
) -> Package:
    return Package(pin, tops, setup, tuple(Example(*it) for it in examples.items()), bundled, refusals, why)


PACKAGES = (
    package(
        "toolz 1.0.0",
        "toolz",
        setup="import toolz\nfrom toolz import *\nimport toolz.curried as c\nfrom toolz.functoolz import juxt",
        examples={
            "compose(str, abs)(-3)": "'3'",
            "pipe(2, lambda x: x + 1, lambda x: x * 10)": "30",
            "groupby(len, ['a', 'bb', 'c'])": "{1: ['a', 'c'], 2: ['bb']}",
            "list(sliding_window(2, [1, 2, 3]))": "[(1, 2), (2, 3)]",
            "curry(lambda a, b, c: a + b + c)(1)(2)(3)": "6",
            "merge_with(sum, {1: 1, 2: 2}, {1: 10, 2: 20})": "{1: 11, 2: 22}",
            "get_in(['a', 'b'], {'a': {'b': 7}})": "7",
            "assoc({'x': 1}, 'y', 3)": "{'x': 1, 'y': 3}",
            "update_in({'a': {'b': 0}}, ['a', 'b'], lambda x: x + 1)": "{'a': {'b': 1}}",
            "frequencies(['cat', 'cat', 'ox'])": "{'cat': 2, 'ox': 1}",
            "list(c.map(lambda x: x * 2, [1, 2]))": "[2, 4]",
            "juxt(min, max)([3, 1, 2])": "(1, 3)",
            "reduceby(lambda x: x % 2, lambda a, b: a + b, [1, 2, 3], 0)": "{1: 4, 0: 2}",
            "memoize(lambda x: x + 1)(1)": "2",
        },
    ),
    package(
        "more-itertools 10.8.0",
        "more_itertools",
        setup="from more_itertools import *",
        examples={
            "list(chunked([1, 2, 3, 4, 5], 2))": "[[1, 2], [3, 4], [5]]",
            "list(windowed([1, 2, 3, 4], 3))": "[(1, 2, 3), (2, 3, 4)]",
            "first([0, 1])": "0",
            "one(['only'])": "'only'",
            "list(flatten([[0, 1], [2]]))": "[0, 1, 2]",
            "[list(g) for g in split_before('OneTwo', str.isupper)]": "[['O', 'n', 'e'], ['T', 'w', 'o']]",
            "peekable([1, 2]).peek()": "1",
            "bucket(['a1', 'b1', 'a2'], key=lambda x: x[0])['a'].__next__()": "'a1'",
            "list(collapse([(1, 2), ([3], 4)]))": "[1, 2, 3, 4]",
            "ilen(x for x in range(10) if x % 2)": "5",
            "list(interleave_longest([1, 2], [3]))": "[1, 3, 2]",
            "seekable('ab').peek()": "'a'",
            "numeric_range(1.0, 3.0)[1]": "2.0",
            "list(map_reduce([1, 2, 3], lambda x: x % 2).items())": "[(1, [1, 3]), (0, [2])]",
            "all_equal('aaa')": "True",
        },
    ),
    package(
        "sortedcontainers 2.4.0",
        "sortedcontainers",
        setup="import copy, pickle\nfrom sortedcontainers import *",
        examples={
            "SortedList([3, 1, 2])": "SortedList([1, 2, 3])",
            "SortedDict({'b': 2, 'a': 1})": "SortedDict({'a': 1, 'b': 2})",
            "SortedSet([3, 1, 3])": "SortedSet([1, 3])",
            "SortedList('cab').bisect('b')": "2",
            "SortedKeyList([1, 5, 2], key=lambda x: -x)[0]": "5",
            "list(SortedList(range(10)).irange(2, 4))": "[2, 3, 4]",
            "SortedDict(a=1, b=2).peekitem(0)": "('a', 1)",
            "copy.copy(SortedList([2, 1]))": "SortedList([1, 2])",
            "copy.deepcopy(SortedDict(b=[2], a=1))": "SortedDict({'a': 1, 'b': [2]})",
            "pickle.loads(pickle.dumps(SortedSet([2, 1])))": "SortedSet([1, 2])",
            "SortedSet([1, 2, 3]) & SortedSet([2, 3, 4])": "SortedSet([2, 3])",
        },
    ),
    package(
        "python-slugify 8.0.4",
        "slugify",
        setup="from slugify import slugify, smart_truncate",
        bundled=("text_unidecode",),
        examples={
            "slugify('This is a test ---')": "'this-is-a-test'",
            "slugify('C\\'est déjà l\\'été.')": "'c-est-deja-l-ete'",
            "slugify('影師嗎')": "'ying-shi-ma'",
            "slugify('jaja---lol-méméméoo--a', max_length=9)": "'jaja-lol'",
            "slugify('this has a stopword', stopwords=['stopword'])": "'this-has-a'",
            "slugify('10 | 20 %', replacements=[['|', 'or'], ['%', 'percent']])": "'10-or-20-percent'",
            "smart_truncate('one two', 4)": "'one'",
        },
        refusals=("denied-import",),
        why="its command line imports argparse, which sets attributes by name on any object",
    ),
    package(
        "humanize 4.12.3",
        "humanize",
        setup="import datetime as dt\nimport humanize",
        examples={
            "humanize.intcomma(12345)": "'12,345'",
            "humanize.intword(123455913)": "'123.5 million'",
            "humanize.apnumber(5)": "'five'",
            "humanize.naturalsize(1_000_000)": "'1.0 MB'",
            "humanize.naturalsize(1_000_000, binary=True)": "'976.6 KiB'",
            "humanize.ordinal(3)": "'3rd'",
            "humanize.naturaldelta(dt.timedelta(seconds=1001))": "'16 minutes'",
            "humanize.precisedelta(dt.timedelta(seconds=3633, days=2))": "'2 days, 1 hour and 33 seconds'",
            "humanize.fractional(1 / 3)": "'1/3'",
            "humanize.scientific(500)": "'5.00 x 10²'",
            "humanize.natural_list(['one', 'two', 'three'])": "'one, two and three'",
            "humanize.metric(1500, 'V')": "'1.50 kV'",
        },
    ),
    package(
        "tabulate 0.9.0",
        "tabulate",
        setup="from tabulate import tabulate, simple_separated_format",
        examples={
            "tabulate([['Sun', 696000]], headers=['body', 'R'])": "'body         R\\n------  ------\\nSun     696000'",
            "tabulate([['a', 1], ['b', 2]], tablefmt='plain')": "'a  1\\nb  2'",
            "tabulate([['a', 1]], tablefmt='github')": "'|---|---|\\n| a | 1 |'",
            "tabulate({'x': [1, 2]}, headers='keys', tablefmt='pipe')": "'|   x |\\n|----:|\\n|   1 |\\n|   2 |'",
            "tabulate([[1, 2]], tablefmt=simple_separated_format(';'))": "'1;2'",
            "str(tabulate([[1]], tablefmt='html')).count('<td')": "1",
            "tabulate([['x', 1.5]], floatfmt='.3f', tablefmt='plain')": "'x  1.500'",
        },
    ),
    package(
        "cachetools 5.5.2",
        "cachetools",
        setup="""import copy, operator, pickle
from cachetools import *
from cachetools.keys import hashkey
def fill(cache):
    for n in 1, 2, 3:
        cache[n] = n
    return cache
@cached(cache={})
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
class Counting:
    def __init__(self):
        self.cache = LRUCache(maxsize=32)
    @cachedmethod(operator.attrgetter("cache"))
    def get(self, n):
        return n * n
""",
        examples={
            "dict(LRUCache(2))": "{}",
            "list(fill(LRUCache(maxsize=2)))": "[2, 3]",
            "LFUCache(maxsize=3).maxsize": "3",
            "TTLCache(maxsize=2, ttl=10).ttl": "10",
            "fib(20)": "6765",
            "Counting().get(3), Counting().get(3)": "(9, 9)",
            "hashkey(1, a=2) == hashkey(1, a=2)": "True",
            "list(pickle.loads(pickle.dumps(fill(FIFOCache(2)))))": "[2, 3]",
            "list(fill(copy.deepcopy(LRUCache(2))))": "[2, 3]",
        },
    ),
    package(
        "idna 3.10",
        "idna",
        setup="import idna",
        examples={
            "idna.encode('ドメイン.テスト')": "b'xn--eckwd4c7c.xn--zckzah'",
            "idna.decode('xn--eckwd4c7c.xn--zckzah')": "'ドメイン.テスト'",
            "idna.alabel('测试')": "b'xn--0zwm56d'",
            "idna.encode('Königsgäßchen', uts46=True)": "b'xn--knigsgchen-b4a3dun'",
            "idna.ulabel('xn--0zwm56d')": "'测试'",
        },
        refusals=("not-shown",),
        why="its codec registers itself with the interpreter, for every app of the process",
    ),
    package(
        "inflection 0.5.1",
        "inflection",
        setup="import inflection",
        examples={
            "inflection.pluralize('octopus')": "'octopi'",
            "inflection.singularize('posts')": "'post'",
            "inflection.camelize('device_type')": "'DeviceType'",
            "inflection.underscore('DeviceType')": "'device_type'",
            "inflection.titleize('man from the boondocks')": "'Man From The Boondocks'",
            "inflection.ordinalize(1002)": "'1002nd'",
            "inflection.parameterize('Donald E. Knuth')": "'donald-e-knuth'",
            "inflection.humanize('employee_salary')": "'Employee salary'",
        },
    ),
    package(
        "networkx 3.4.2, small modules",
        "networkx/utils/mapped_queue.py",
        "networkx/classes/coreviews.py",
        "networkx/classes/filters.py",
        "networkx/exception.py",
        setup="import copy, pickle\nfrom networkx.utils.mapped_queue import MappedQueue\n"
        "from networkx.classes.coreviews import AtlasView, UnionAtlas\nfrom networkx.classes import filters\n"
        "from networkx.exception import NetworkXError",
        examples={
            "MappedQueue([916, 50, 4609]).pop()": "50",
            "(lambda q: (q.push(1310), q.pop()))(MappedQueue([5000, 2000]))": "(True, 1310)",
            "AtlasView({1: {'w': 2}})[1]": "{'w': 2}",
            "pickle.loads(pickle.dumps(AtlasView({1: {'w': 2}})))[1]": "{'w': 2}",
            "copy.deepcopy(AtlasView({'a': {}}))": "AtlasView({'a': {}})",
            "sorted(UnionAtlas({1: {}}, {2: {}}))": "[1, 2]",
            "filters.hide_nodes([1])(1)": "False",
            "filters.show_nodes([1])(1)": "True",
            "issubclass(NetworkXError, Exception)": "True",
        },
    ),
    package(
        "packaging 24.2",
        "packaging",
        setup="from packaging.version import Version, parse\nfrom packaging._structures import Infinity",
        examples={
            "Version('1.0.post1') > Version('1.0')": "True",
            "str(parse('1.2.3-rc.1'))": "'1.2.3rc1'",
            "sorted([Version('1.10'), Version('1.9')])": "[<Version('1.9')>, <Version('1.10')>]",
            "Version('2!1.0').epoch": "2",
            "Infinity > 10**9": "True",
        },
        refusals=("denied-import", "absent-builtin", "annotation"),
        why="it starts programs to find the platform's tags, reads sysconfig, and evaluates licence expressions",
    ),
    package(
        "boltons 25.0.0",
        "boltons",
        setup="import datetime as dt\nfrom boltons import mathutils, timeutils",
        examples={
            "mathutils.clamp(1.2, 0, 1.0)": "1.0",
            "mathutils.ceil(3.3, options=[2, 3, 4, 5])": "4",
            "timeutils.parse_timedelta('2d 3h')": "datetime.timedelta(days=2, seconds=10800)",
            "timeutils.total_seconds(dt.timedelta(minutes=2))": "120.0",
            "next(timeutils.daterange(dt.date(2024, 2, 28), dt.date(2024, 3, 1)))": "datetime.date(2024, 2, 28)",
        },
        refusals=(
            "frame-attribute",
            "denied-import",
            "special-attribute",
            "reserved-name",
            "absent-builtin",
            "final-class",
        ),
        why="much of it is about frames, tracebacks, the collector and code made at run time",
    ),
    package(
        "jmespath 1.0.1",
        "jmespath",
        setup="",
        examples={},
        refusals=("metaclass",),
        why="its functions are collected by a metaclass",
    ),
    package(
        "marshmallow 3.26.1",
        "marshmallow",
        setup="",
        examples={},
        refusals=("metaclass", "special-attribute", "reserved-name"),
        why="its schemas are made by a metaclass, and its hooks lie under a double-underscore name of its own",
    ),
    package(
        "inflect 7.5.0",
        "inflect",
        setup="",
        examples={},
        refusals=("metaclass", "reserved-name"),
        why="its Word type is made by a metaclass with __instancecheck__",
    ),
)
