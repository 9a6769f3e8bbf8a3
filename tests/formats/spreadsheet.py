"""Writes cases.fods and odd.fods, which LibreOffice saves in other formats: see README.md."""
from xml.sax.saxutils import escape, quoteattr
import re

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = {"office": "office:1.0", "style": "style:1.0", "text": "text:1.0", "table": "table:1.0",
          "number": "datastyle:1.0", "of": "of:1.2"}
STYLES = """
<number:date-style style:name="N-day"><number:year number:style="long"/><number:text>-</number:text>
 <number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
<number:date-style style:name="N-moment"><number:day number:style="long"/><number:text>/</number:text>
 <number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/><number:text> </number:text>
 <number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<number:time-style style:name="N-time"><number:hours number:style="long"/><number:text>:</number:text>
 <number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:time-style>
<number:time-style style:name="N-span" number:truncate-on-overflow="false"><number:hours/><number:text>:</number:text>
 <number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:time-style>
<number:percentage-style style:name="N-share"><number:number number:decimal-places="1" number:min-integer-digits="1"/>
 <number:text>%</number:text></number:percentage-style>
<number:boolean-style style:name="N-truth"><number:boolean/></number:boolean-style>
<number:number-style style:name="N-words"><number:text>day </number:text>
 <number:number number:decimal-places="0" number:min-integer-digits="1"/></number:number-style>
"""
EMPTY = "<table:table-cell/>"


def cell(kind, attribute, value, style=None):
    styled = f' table:style-name="{style}"' if style else ""
    return f'<table:table-cell{styled} office:value-type="{kind}" office:{attribute}="{value}"/>'


def paragraphs(text):
    lines = (re.sub(" ( +)", lambda m: f' <text:s text:c="{len(m[1])}"/>', escape(line)) for line in text.split("\n"))
    return "".join(f"<text:p>{line}</text:p>" for line in lines)


def text(value, attributes="", inside=None):
    return f'<table:table-cell office:value-type="string" {attributes}>{inside or paragraphs(value)}</table:table-cell>'


def number(value, style=None): return cell("float", "value", value, style)
def day(value): return cell("date", "date-value", value, "day")
def formula(value): return f"<table:table-cell table:formula={quoteattr('of:=' + value)}/>"
def row(*cells, attributes=""): return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>\n"


def sheet(name, *rows, attributes=""):
    return f"<table:table table:name={quoteattr(name)} {attributes}><table:table-column/>{''.join(rows)}</table:table>\n"


def write(path, sheets):
    names = "".join(f' xmlns:{prefix}="{OASIS}{space}"' for prefix, space in SPACES.items())
    kinds = re.findall('style:name="N-([a-z]+)"', STYLES)
    styles = "".join(f'<style:style style:name="{kind}" style:family="table-cell" style:data-style-name="N-{kind}"/>'
                     for kind in kinds)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document{names} office:version="1.2" '
                   'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>'
                   f'{STYLES}{styles}<style:style style:name="gone" style:family="table"><style:table-properties '
                   'table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>\n'
                   f"{sheets}</office:spreadsheet></office:body></office:document>")


CASES = [
    ("0001", "Jörg", "2018-11-05", "0.25", "51", "M", "plain"),
    ("0107", "Zoë", "2018-12-31", None, "7", "F", 'said "no"; then went'),
    ("1E5", "Åsa", "2019-01-01", "12.5", "0", "F", None),
    ("00000000000000000042", "Müller", "2016-02-29", "-3.75", "40", "M", "two\nlines"),
    ("1/2", "Ñandú", None, "0.1", None, "F", " a  b "),
    (None,) * 7,
    ("+44", "Ğ", "1970-01-01", "100", "123456789012", "M", "=1+1"),
    ("TRUE", "日本", "1999-12-31", "0.000125", "-5", "F", "100%"),
]
WRITE = [text, text, day, number, number, text, text]

write("cases.fods", sheet(
    "Cases", row(*map(text, ["case_id", "name", "start", "score", "n", "gender", "note"])),
    *(row(*(put(value) if value else EMPTY for put, value in zip(WRITE, case))) for case in CASES)))

NOTE = "<office:annotation><text:p>not a value</text:p></office:annotation><text:p>has one</text:p>"
RUNS = '<text:p>one <text:span>two</text:span><text:s text:c="2"/>three<text:tab/>four</text:p>'

write("odd.fods", sheet(
    "Titles",
    row(text("Cases of 2018", 'table:number-columns-spanned="3"')),
    row(EMPTY),
    row(*map(text, ["key", "value", "shown"])),
    row(text("date"), day("2018-11-05"), EMPTY),
    row(text("moment"), cell("date", "date-value", "2018-11-05T14:30:00", "moment"), EMPTY),
    row(text("time"), cell("time", "time-value", "PT14H30M05S", "time"), EMPTY),
    row(text("span"), cell("time", "time-value", "PT36H15M00S", "span"), EMPTY),
    row(text("share"), cell("percentage", "value", "0.125", "share"), EMPTY),
    row(text("truth"), cell("boolean", "boolean-value", "true", "truth"), EMPTY),
    row(text("lie"), cell("boolean", "boolean-value", "false", "truth"), EMPTY),
    row(text("error"), formula("1/0"), EMPTY),
    row(text("absent"), formula("NA()"), EMPTY),
    row(text("sum"), formula("0.1+0.2"), EMPTY),
    row(text("text"), formula('"a"&"b"'), EMPTY),
    row(text("empty text"), formula('""'), EMPTY),
    row(text("words"), number("12", "words"), EMPTY),
    row(text("long"), number("123456789012"), EMPTY),
    row(text("hidden"), number("1"), EMPTY, attributes='table:visibility="collapse"'),
    row(text("comment"), text("", inside=NOTE), EMPTY),
    row(text("runs"), text("", inside=RUNS), EMPTY),
    row(text("merged", 'table:number-columns-spanned="1" table:number-rows-spanned="2"'), number(1), EMPTY),
    row("<table:covered-table-cell/>", number(2), EMPTY),
) + sheet("Secret", row(text("a")), row(number(1)), attributes='table:style-name="gone"')
  + sheet("Second & last", row(text("a"), text("b")), row(number(1), number(2))))
