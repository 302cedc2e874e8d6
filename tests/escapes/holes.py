"""Attacks that escape today, by way and name, with what the hole is. Each is an expected failure, strictly: whoever
mends one takes it out of here."""

from __future__ import annotations

HOLES: dict[tuple[str, str], str] = {
    (
        "restricted",
        "100_format_style_of_a_formatter",
    ): "handler.formatter's class takes style='{' and formats a record with str.format",
    (
        "restricted",
        "102_super_of_the_logger",
    ): "super(logging.Logger, logger) goes on to the real Logger, its manager and all loggers of the process",
    (
        "restricted",
        "107_mode_that_lies",
    ): "open(mode) judges iter(mode), and the kernel gets its text: a str subclass writes into /app",
    (
        "restricted",
        "108_rmtree_hands_out_os_functions",
    ): "shutil.rmtree(onerror=) calls back with the real os functions",
    (
        "restricted",
        "109_copytree_follows_links_within",
    ): "shutil.copytree follows links within the tree: only its top was looked at",
    ("restricted", "118_mime_table"): "mimetypes.types_map is shown as it is: Trim(only=) does not copy containers",
    (
        "restricted",
        "119_status_phrase",
    ): "public attributes of shared instances may be set: enum members such as HTTPStatus.NOT_FOUND.phrase",
    (
        "restricted",
        "120_implementation_of_the_interpreter",
    ): "public attributes of shared instances may be set: sys.implementation",
    (
        "restricted",
        "121_day_names_of_the_process",
    ): "public attributes of shared instances may be set: calendar.day_name.format",
    ("restricted", "122_first_weekday_of_the_process"): "calendar.setfirstweekday changes the calendar of the process",
    ("restricted", "123_csv_dialects_of_the_process"): "csv.unregister_dialect changes the dialects of the process",
    ("restricted", "124_csv_limit_of_the_process"): "csv.field_size_limit changes the limit of the process",
    (
        "restricted",
        "125_xml_namespaces_of_the_process",
    ): "ElementTree.register_namespace changes the table of the process",
    ("restricted", "126_email_headers_of_the_process"): "email.policy.default.header_factory is shared and changeable",
    (
        "restricted",
        "127_email_contents_of_the_process",
    ): "email.policy.default.content_manager is shared and changeable: one machine's code runs in another's",
    (
        "restricted",
        "128_table_in_a_class",
    ): "mutable containers that hang on library classes: TextWrapper.unicode_whitespace_trans",
    ("restricted", "129_translation_into_builtins"): "gettext's install() writes into the real builtins",
    (
        "restricted",
        "130_translations_open_files",
    ): "gettext.translation opens any *.mo by itself, past the machine's paths",
    ("restricted", "133_route_mark_on_a_function"): "vaas.get sets its mark on a function of a library",
    ("restricted", "134_random_state_of_the_process"): "random.seed is the process's",
    (
        "restricted",
        "138_asgi_reads_files_plainly",
    ): "vaas.asgi serves with the plain open, so vaas.file reads everything",
    (
        "restricted",
        "139_vendored_module_hides_the_safe_one",
    ): "once a granted module was imported, _vendor stands first on sys.path: facades import their real module from it",
    (
        "restricted",
        "140_stack_of_the_machine_in_a_log",
    ): "Logger.findCaller(stack_info=True) returns the stack of the host as text",
    ("restricted", "141_path_of_the_real_folder"): "open() of a missing file names the real path in its error",
    (
        "restricted",
        "373_library_sets_the_stream_of_a_thread",
    ): "a subclass of Thread defines __setattr__ and is handed _stderr as the library sets it",
    ("restricted", "376_name_of_an_open_file"): "the name of an open file is the real path",
    ("restricted", "377_depth_of_the_real_folder"): "os.path.relpath counts from the real working folder",
}
