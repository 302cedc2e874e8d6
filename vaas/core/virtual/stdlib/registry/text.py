"""Text: patterns, templates, languages, HTML and XML."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, free_alike, never, on_grant

_COMPUTES = "it computes with text that it is given"

RULES = (
    *free_alike("fnmatch stringprep", _COMPUTES),
    free("unicodedata", "it tells of characters from a table that cannot be written to", preload=True),
    free(
        "codecs",
        "it encodes and decodes; the rest opens files, and registers codecs for the whole process",
        shown="""encode decode BOM BOM_BE BOM_LE BOM32_BE BOM32_LE BOM64_BE BOM64_LE BOM_UTF8 BOM_UTF16 BOM_UTF16_LE
        BOM_UTF16_BE BOM_UTF32 BOM_UTF32_LE BOM_UTF32_BE""",
        instead={
            "open": "use open(), with encoding=",
            **dict.fromkeys(("lookup", "getencoder", "getdecoder"), "use codecs.encode and codecs.decode"),
            **dict.fromkeys(
                ("getincrementaldecoder", "getincrementalencoder", "getreader", "getwriter"), "use io.TextIOWrapper"
            ),
        },
    ),
    free(
        "difflib",
        _COMPUTES,
        settable="difflib.SequenceMatcher",
        instance_only={"difflib.SequenceMatcher": "get_matching_blocks get_opcodes quick_ratio set_seq1 set_seq2"},
    ),
    free("getopt", "it computes with a list of arguments", shown="getopt gnu_getopt GetoptError error"),
    free(
        "gettext",
        "its catalogues come from the app's folders, and its domains are the app's own",
        builder="safe_gettext:gettext_",
        instance_only={"vaas.core.virtual.stdlib.facades.safe_gettext.NullTranslations": "add_fallback"},
    ),
    free("html", _COMPUTES, preload=True),
    free("html.entities", "it holds tables, of which each app has copies"),
    free(
        "html.parser",
        _COMPUTES,
        settable="html.parser.HTMLParser",
        instance_only={
            "_markupbase.ParserBase": "parse_declaration reset updatepos",
            "html.parser.HTMLParser": "clear_cdata_mode feed goahead parse_starttag reset set_cdata_mode",
        },
        open_modules="html.parser _markupbase",
    ),
    free(
        "locale",
        "it formats and tells the locale; setlocale is the whole process's",
        shown="""format_string currency str atof atoi delocalize localize localeconv getlocale normalize strcoll strxfrm
        Error LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME CHAR_MAX""",
        added="safe_locale",
        instead={"setlocale": "format with str.format, or by a package such as babel"},
    ),
    free(
        "re",
        "a replacement becomes plain text before it is kept",
        added="safe_re",
        patches="caches:arm_patterns",
        preload=True,
    ),
    free(
        "string",
        "a Formatter reads attributes by names in text",
        dropped="Formatter",
        instead={"Formatter": "use str.format"},
        open_modules="string",
        preload=True,
    ),
    free("textwrap", _COMPUTES, settable="textwrap.TextWrapper", preload=True),
    *free_alike("xml xml.etree xml.sax", "it is a package: its modules have rows of their own", shown=""),
    free(
        "xml.etree.ElementTree",
        "it parses and writes text, with the app's own table of prefixes; what opens files is left out",
        shown="""Element SubElement Comment ProcessingInstruction QName XML XMLID XMLParser TreeBuilder XMLPullParser
        fromstring fromstringlist tostring tostringlist indent iselement ParseError register_namespace""",
        instead={
            "iterparse": "feed an XMLPullParser",
            "dump": "print(tostring(…))",
            **dict.fromkeys(("canonicalize", "C14NWriterTarget"), "write it with tostring"),
        },
        builder="own_state:tree_",
        patches="caches:arm_element_paths",
        settable="xml.etree.ElementTree.Element",
    ),
    free("xml.sax.saxutils", "it escapes text; the rest opens files", shown="escape unescape quoteattr"),
    *on_grant(
        "pprint stat token xml.parsers xml.parsers.expat xml.sax.handler",
        "it computes, and is shown as it is but for its tables, which are copied",
    ),
    *on_grant("shlex tokenize", "it opens files by itself, and the kernel layer says which"),
    *never("xml.dom", "it imports by names in text"),
)
