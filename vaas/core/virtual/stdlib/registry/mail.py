"""``email``: all that is known of it."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, free_alike, on_grant

_COMPUTES = "it computes with messages that it is given"
_INIT = (
    "AddressHeader",
    "BaseHeader",
    "ContentDispositionHeader",
    "ContentTransferEncodingHeader",
    "ContentTypeHeader",
    "DateHeader",
    "MIMEVersionHeader",
    "ParameterizedMIMEHeader",
)

RULES = (
    free(
        "email",
        "it parses messages; the tables of its policies are frozen",
        patches="mail:arm",
        frozen="email.policy email._header_value_parser",
    ),
    *free_alike(
        """email.errors email.feedparser email.header email.mime email.mime.base email.mime.multipart email.mime.text
        email.parser""",
        _COMPUTES,
    ),
    free(
        "email.headerregistry",
        "it makes headers of the app's own classes and the library's",
        instance_only={f"email.headerregistry.{name}": "init" for name in _INIT},
    ),
    free(
        "email.message",
        _COMPUTES,
        settable="email.message.Message",
        instance_only={
            "email.message.MIMEPart": "clear clear_content",
            "email.message.Message": "attach set_boundary set_charset set_default_type set_payload set_unixfrom",
        },
        preload=True,
    ),
    free(
        "email.policy",
        "it sets options by public names, on policies of its own",
        instance_only={"email._policybase._PolicyBase": "clone"},
    ),
    free("email.utils", "make_msgid tells the host's name", dropped="make_msgid", preload=True),
    *on_grant(
        """email.base64mime email.contentmanager email.encoders email.generator email.iterators
        email.mime.application email.mime.audio email.mime.image email.mime.message email.mime.nonmultipart
        email.quoprimime""",
        "it computes, and is shown as it is but for its tables, which are copied",
    ),
)
