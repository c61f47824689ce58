"""A Squid log into one Parquet file by DuckDB alone: python -m benchmarks.peers.duckdb_tables LOG OUT.

No hash, no original kept, no roll-up, no check of bad lines: what remains is the least that anyone has to do. Fields
are counted from the end, as elapsed time is padded with blanks.
"""

import sys

import duckdb

_TABLES = """
copy (
    with cut as (
        select row_number() over () as line, string_split(text, ' ') as f
        from read_csv(?, columns = {'text': 'varchar'}, sep = chr(1), header = false, quote = '', escape = '')
    )
    select line, make_timestamptz(replace(f[1], '.', '')::bigint * 1000) as timestamp, f[-8] as source_ip,
        f[-7] as event_action, f[-6]::bigint as destination_bytes, f[-5] as http_request_method, f[-4] as url_original,
        regexp_extract(f[-4], '^(?:[a-z]+://)?([^:/]+)', 1) as url_domain, f[-3] as source_user_name, f[-2] as peer,
        f[-1] as mime_type
    from cut
) to '{out}' (format parquet, compression zstd)
"""


def main(log: str, out: str) -> None:
    """Writes the file and prints how many rows it has."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": 2})
    connection.execute(_TABLES.replace("{out}", out.replace("'", "''")), [log])
    rows = connection.execute("select count(*) from read_parquet(?)", [out]).fetchall()
    sys.stdout.write(f"{rows[0][0]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
