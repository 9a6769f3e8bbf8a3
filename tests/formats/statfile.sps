* statfile.sps -- the SPSS files of the tests, written by PSPP: pspp -o - statfile.sps.
set locale='UTF-8'.
data list list (",") /id (f8.0) sex (a1) q (f1.0) scale (f2.0) stray (f1.0) age (f3.0) start (date11) seen (edate10)
  called (datetime20) noon (ymdhms19) clock (time8) share (f8.2) name (a10) note (a300) w (f8.2).
begin data
107,M,1,1,1,33,05-NOV-2018,05.11.2018,05-NOV-2018 13:30:05,2018-11-05 13:30:05,13:30:00,0.5,Zoë,A long note.,1.5
108,F,2,5,2,-9,06-NOV-2018,06.11.2018,06-NOV-2018 00:00:00,2018-11-06 00:00:00,00:00:30,0.25,Bob,,1
109,X,3,10,3,998,29-FEB-2000,15.10.1582,,,,-3,Bob,,1
110,,9,,1,,01-JAN-1600,31.12.9999,,,,,,,
111,F,1,4,2,41,,,,,,1,Ann,,2
end data.
compute #i = 0.
if (id = 108) note = concat(rpad("", 255, "abcde"), rpad("", 40, "fghij"), "!").
missing values age (-9, 990 thru 999) / sex ("X") / q (9).
value labels sex 'M' 'Male' 'F' 'Female' / q 1 'Yes' 2 'No' 9 'Refused' / scale 1 'Bad' 10 'Good'
  / stray 2 'Second' 1 'First' 7 'Never' / age -9 'Refused'.
variable labels age 'Age at start' q 'Was it done? é'.
weight by w.
save outfile='pspp.sav'.
save outfile='pspp-plain.sav' /uncompressed.
save outfile='pspp-z.sav' /zcompressed.
select if (id > 999).
save outfile='pspp-norows.sav'.
