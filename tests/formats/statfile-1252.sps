* statfile-1252.sps -- iconv -t windows-1252 | pspp --syntax-encoding=windows-1252 -o - (see README.md).
set locale='windows-1252'.
data list list (",") /name (a12) price (f8.2).
begin data
Zoë,1.5
Señor,2
naïve €,3
end data.
variable labels price 'Preis in €'.
value labels price 2 'für später'.
save outfile='pspp-1252.sav'.
