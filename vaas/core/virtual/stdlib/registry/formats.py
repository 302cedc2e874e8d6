"""Forms of data: encodings, compression, JSON, CSV, pickles, archives, identifiers."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, free_alike, never, on_grant

_COMPUTES = "it computes with bytes that it is given"
_COMPRESSES = "it compresses bytes; its files are over files that the machine opens"
_OPENS = "it opens files by itself, and the kernel layer says which"

RULES = (
    *free_alike("base64 zlib", _COMPUTES, preload=True),
    *free_alike("binascii quopri", _COMPUTES),
    free(
        "bz2",
        _COMPRESSES,
        shown="compress decompress BZ2Compressor BZ2Decompressor",
        builder="compressed_files:bz2_",
    ),
    free("gzip", _COMPRESSES, shown="compress decompress BadGzipFile", builder="compressed_files:gzip_"),
    free(
        "lzma",
        _COMPRESSES,
        shown="""compress decompress is_check_supported LZMACompressor LZMADecompressor LZMAError FORMAT_AUTO FORMAT_XZ
        FORMAT_ALONE FORMAT_RAW CHECK_NONE CHECK_CRC32 CHECK_CRC64 CHECK_SHA256 CHECK_UNKNOWN PRESET_DEFAULT
        PRESET_EXTREME""",
        builder="compressed_files:lzma_",
    ),
    free(
        "csv",
        "dialects by name and the longest field are the app's own",
        builder="safe_csv:csv_",
        patches="csv_limit:arm",
        settable="csv.DictReader csv.DictWriter",
        preload=True,
    ),
    free(
        "ipaddress",
        "it computes with addresses",
        patches="caches:arm_networks",
        instance_only={"ipaddress._BaseNetwork": "address_exclude subnets supernet"},
    ),
    free("json", "it computes with text that it is given", preload=True),
    free(
        "json.decoder",
        "it computes with text that it is given",
        settable="json.decoder.JSONDecoder",
        open_modules="json.decoder",
    ),
    free(
        "json.encoder",
        "c_make_encoder is a piece of the encoder, which trusts what it is made of",
        dropped="c_make_encoder",
        settable="json.encoder.JSONEncoder",
        open_modules="json.encoder",
    ),
    free(
        "mimetypes",
        "its tables are the app's own; the rest reads files of the system",
        shown="guess_type guess_extension guess_all_extensions types_map common_types",
        builder="own_state:mimetypes_",
        preload=True,
    ),
    free(
        "pickle",
        "it loads only objects of the app's own classes and plain values",
        builder="safe_pickle:pickle_",
        trusted_builder="safe_pickle:pickle_",
        preload=True,
    ),
    free(
        "uuid",
        "uuid1 and getnode start a program and tell the hardware address",
        instead=dict.fromkeys(("uuid1", "getnode"), "use uuid4"),
        shown="UUID SafeUUID uuid3 uuid4 uuid5 NAMESPACE_DNS NAMESPACE_URL NAMESPACE_OID NAMESPACE_X500",
        preload=True,
    ),
    *on_grant(
        "json.scanner pickletools plistlib tomllib",
        "it computes, and is shown as it is but for its tables, which are copied",
    ),
    *on_grant("sqlite3 sqlite3.dbapi2 tarfile wave zipfile", _OPENS),
    *never("shelve dbm", "it opens files by itself"),
    *never("configparser", "it opens files and resolves names by itself"),
    *never("marshal", "it makes code objects out of bytes"),
)
