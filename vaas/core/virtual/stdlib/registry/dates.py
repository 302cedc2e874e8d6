"""Dates, clocks and calendars."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free

RULES = (
    free(
        "calendar",
        "the first weekday is the app's own; calendars that set the locale of the process for a while are left out",
        dropped="LocaleTextCalendar LocaleHTMLCalendar",
        builder="own_state:calendar_",
        settable="calendar.Calendar",
        instance_only={"calendar.Calendar": "setfirstweekday"},
        preload=True,
    ),
    free("datetime", "it computes with dates that it is given", patches="caches:arm_dates", preload=True),
    free(
        "time",
        "what sets clocks, the time zone of the process, or looks at other threads is left out",
        dropped="tzset clock_settime clock_settime_ns pthread_getcpuclockid",
        patches="caches:arm_dates",
        preload=True,
    ),
    free(
        "zoneinfo",
        "its class of zones is the app's own, and so is what that keeps",
        shown="ZoneInfo ZoneInfoNotFoundError available_timezones",
        builder="own_state:zoneinfo_",
        preload=True,
    ),
)
