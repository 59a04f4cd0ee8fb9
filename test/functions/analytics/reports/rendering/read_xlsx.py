"""Reads a workbook of Excel from the standard input with openpyxl and writes its sheets as JSON."""

import datetime
import io
import json
import sys

import openpyxl


def cell_of(cell):
    value = cell.value
    if isinstance(value, datetime.datetime):
        value = value.isoformat()
    return {"value": value, "type": cell.data_type, "format": cell.number_format}


workbook = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
json.dump(
    [
        {"name": sheet.title, "frozen": sheet.freeze_panes, "rows": [[cell_of(cell) for cell in row] for row in sheet.iter_rows()]}
        for sheet in workbook
    ],
    sys.stdout,
)
