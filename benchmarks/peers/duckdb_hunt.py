"""Domain indicators over a Parquet file by DuckDB, suffixes made at query time: … duckdb_hunt PARQUET INDICATORS.

Prints the milliseconds of the best of five runs in one process, and the number of records that agree.
"""

import json
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa

_HUNT = """
with hosts as (select distinct url_domain as host from read_parquet(?)),
labels as (select host, string_split(host, '.') as parts from hosts),
suffixes as (select host, unnest([array_to_string(parts[i:], '.') for i in range(1, len(parts) + 1)]) as suffix
             from labels),
hits as (select distinct host from suffixes semi join wanted using (suffix))
select count(*) from read_parquet(?) as records semi join hits on records.url_domain = hits.host
"""


def main(parquet: str, indicators: str) -> None:
    """Hunts five times and prints the best."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": 2})
    wanted = pa.table({"suffix": Path(indicators).read_text(encoding="ascii").split()})
    connection.register("wanted", wanted)
    times, count = [], 0
    for _ in range(5):
        start = time.perf_counter()
        count = connection.execute(_HUNT, [parquet, parquet]).fetchall()[0][0]
        times.append(time.perf_counter() - start)
    sys.stdout.write(json.dumps({"milliseconds": min(times) * 1000, "records": count}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
