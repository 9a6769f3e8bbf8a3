# statfile.py -- the Stata files of the tests that pandas writes: python3 statfile.py (pandas 1.5.3).
import pandas as pd
import numpy as np

frame = pd.DataFrame({
    "id": np.array([107, 108, 109, 110], dtype="int32"),
    "tier": pd.Categorical(["High", "Low", None, "High"], categories=["Low", "Medium", "High"]),
    "day": pd.to_datetime(["2018-11-05", "1960-01-01", None, "2150-01-31"]),
    "time": pd.to_datetime(["2018-11-05 13:30:05.250", None, "1959-12-31 23:59:59", "2000-02-29"]),
    "month": pd.to_datetime(["2018-11-01", "1960-01-01", "1959-12-01", None]),
    "quarter": pd.to_datetime(["2018-10-01", "1960-01-01", "1959-10-01", None]),
    "half": pd.to_datetime(["2018-07-01", "1960-01-01", "1959-07-01", None]),
    "week": pd.to_datetime(["2018-11-05", "1960-01-01", "1959-12-24", None]),
    "note": ["Zoë", "", "a" * 300, "b"],
    "small": np.array([0.5, np.nan, -1.25, 3], dtype="float32"),
})
dates = {"day": "td", "time": "tc", "month": "tm", "quarter": "tq", "half": "th", "week": "tw"}
labels = {"id": "Case number"}
short = frame.assign(note=["Zoe", "", "a" * 200, "b"])

def write(name, table, **options):
    table.to_stata(name, write_index=False, convert_dates=dates, variable_labels=labels,
                   time_stamp=pd.Timestamp("2020-01-01"), **options)

write("pandas-114.dta", short, version=114)
write("pandas-117.dta", frame, version=117, convert_strl=["note"])
write("pandas-118.dta", frame, version=118, convert_strl=["note"])
frame.iloc[:, :2].to_stata("pandas-119.dta", write_index=False, variable_labels=labels, version=119,
                          time_stamp=pd.Timestamp("2020-01-01"))
write("pandas-msf.dta", short, version=118, byteorder="big")
