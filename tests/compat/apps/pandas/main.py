from __future__ import annotations

import io

import pandas as pd

import vaas

SALES = "day,shop,sold\n2026-01-01,a,3\n2026-01-01,b,4\n2026-01-02,a,5\n"


@vaas.app
class Frames:
    @vaas.get("/sums")
    def sums(self):
        frame = pd.read_csv(io.StringIO(SALES), parse_dates=["day"])
        return frame.groupby("shop")["sold"].sum().to_dict()

    @vaas.get("/days")
    def days(self):
        frame = pd.read_csv(io.StringIO(SALES), parse_dates=["day"]).set_index("day")
        return frame["sold"].resample("D").mean().round(2).tolist()

    @vaas.get("/kept")
    def kept(self):
        pd.read_csv(io.StringIO(SALES)).to_csv("/data/sales.csv", index=False)
        return len(pd.read_csv("/data/sales.csv"))

    @vaas.get("/zone")
    def zone(self):
        return str(pd.Timestamp("2026-07-01 12:00", tz="UTC").tz_convert("Europe/Berlin"))
