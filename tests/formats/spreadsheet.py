HEAD='''<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
<number:date-style style:name="N2"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/><number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<number:time-style style:name="N3"><number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:time-style>
<number:time-style style:name="N4" number:truncate-on-overflow="false"><number:hours/><number:text>:</number:text><number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:time-style>
<number:percentage-style style:name="N5"><number:number number:decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>
<number:boolean-style style:name="N6"><number:boolean/></number:boolean-style>
<number:number-style style:name="N7"><number:text>day </number:text><number:number number:decimal-places="0" number:min-integer-digits="1"/></number:number-style>
''' + ''.join(f'<style:style style:name="{n}" style:family="table-cell" style:data-style-name="N{i}"/>\n' for i,n in enumerate(["day","moment","time","span","share","truth","words"],1)) + '''<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>
'''
END='</office:spreadsheet></office:body></office:document>'
from xml.sax.saxutils import escape as e
def T(s): 
    import re
    out=[]
    for l in s.split("\n"):
        x=e(l); x=re.sub(r"  +",lambda m:f' <text:s text:c="{len(m.group())-1}"/>',x)
        out.append(f"<text:p>{x}</text:p>")
    return '<table:table-cell office:value-type="string">'+''.join(out)+'</table:table-cell>'
def N(x,style=None): return f'<table:table-cell {"table:style-name=%r"%style if style else ""} office:value-type="float" office:value="{x}"/>'.replace("'",'"')
def D(s): return f'<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{s}"/>'
def M(s): return f'<table:table-cell table:style-name="moment" office:value-type="date" office:date-value="{s}"/>'
def H(s,st="time"): return f'<table:table-cell table:style-name="{st}" office:value-type="time" office:time-value="{s}"/>'
def P(x): return f'<table:table-cell table:style-name="share" office:value-type="percentage" office:value="{x}"/>'
def B(x): return f'<table:table-cell table:style-name="truth" office:value-type="boolean" office:boolean-value="{x}"/>'
def F(f): return '<table:table-cell table:formula="of:=' + e(f).replace('"','&quot;') + '"/>'
E='<table:table-cell/>'
def R(*c,a=""): return f"<table:table-row {a}>"+''.join(c)+"</table:table-row>\n"
def S(name,*rows,a=""): return f'<table:table table:name="{name}" {a}><table:table-column/>'+''.join(rows)+"</table:table>\n"
cases=[("0001","Jörg","2018-11-05","0.25","51","M","plain"),
("0107","Zoë","2018-12-31",None,"7","F","said \"no\"; then went"),
("1E5","Åsa","2019-01-01","12.5","0","F",None),
("00000000000000000042","Müller","2016-02-29","-3.75","40","M","two\nlines"),
("1/2","Ñandú",None,"0.1",None,"F"," a  b "),
(None,None,None,None,None,None,None),
("+44","Ğ","1970-01-01","100","123456789012","M","=1+1"),
("TRUE","日本","1999-12-31","0.000125","-5","F","100%")]
def case(c):
    i,n,d,s,k,g,t=c
    return R(T(i) if i else E, T(n) if n else E, D(d) if d else E, N(s) if s else E, N(k) if k else E, T(g) if g else E, T(t) if t else E)
open("cases.fods","w").write(HEAD+S("Cases",R(*map(T,["case_id","name","start","score","n","gender","note"])),*map(case,cases))+END)
odd=S("Titles",
 R('<table:table-cell table:number-columns-spanned="3" office:value-type="string"><text:p>Cases of 2018</text:p></table:table-cell>'),
 R(E),
 R(*map(T,["key","value","shown"])),
 R(T("date"),D("2018-11-05"),E),
 R(T("moment"),M("2018-11-05T14:30:00"),E),
 R(T("time"),H("PT14H30M05S"),E),
 R(T("span"),H("PT36H15M00S","span"),E),
 R(T("share"),P("0.125"),E),
 R(T("truth"),B("true"),E),
 R(T("lie"),B("false"),E),
 R(T("error"),F("1/0"),E),
 R(T("absent"),F("NA()"),E),
 R(T("sum"),F("0.1+0.2"),E),
 R(T("text"),F('"a"&"b"'),E),
 R(T("empty text"),F('""'),E),
 R(T("words"),N("12","words"),E),
 R(T("long"),N("123456789012"),E),
 R(T("hidden"),N("1"),E,a='table:visibility="collapse"'),
 R(T("comment"),'<table:table-cell office:value-type="string"><office:annotation><dc:creator>X</dc:creator><text:p>not a value</text:p></office:annotation><text:p>has one</text:p></table:table-cell>',E),
 R(T("runs"),'<table:table-cell office:value-type="string"><text:p>one <text:span>two</text:span><text:s text:c="2"/>three<text:tab/>four</text:p></table:table-cell>',E),
 R('<table:table-cell table:number-columns-spanned="1" table:number-rows-spanned="2" office:value-type="string"><text:p>merged</text:p></table:table-cell>',N(1),E),
 R('<table:covered-table-cell/>',N(2),E),
)+S("Secret",R(T("a")),R(N(1)),a='table:style-name="gone"')+S("Second &amp; last",R(T("a"),T("b")),R(N(1),N(2)))
open("odd.fods","w").write(HEAD+odd+END)
