---@meta

---@class assay.ReadOptions
---@field id? string  the column that names a case; kept as text exactly as it stands in the file
---@field columns? string|string[]  read only these, and the id
---@field types? table<string, "category"|"text"|"integer"|"number"|"date">  instead of what is inferred
---@field levels? table<string, string[]>  the only values a column may have, in the order of every table
---@field missing? string|string[]  cells that mean missing; the empty cell if not given
---@field dates? string  how dates are written, such as "dd/mm/yyyy"; yyyy-mm-dd if not given
---@field delimiter? string  between fields; a comma if not given
---@field private? string|string[]  columns that are printed as ***
---@field encoding? string  of a .sav or .dta file that does not say it, or says a wrong one: "windows-1252"
---@field names? "clean"  names as words of small letters, digits and "_"; numbered where they repeat
---@field rename? table<string, string>  new names by old ones, behind `names`
---@field decimal? "."|","  the sign before the decimals of numbers that are text
---@field skip? integer  rows above the names of the columns, such as titles
---@field sheet? string|integer  of a spreadsheet: its name, or its number from 1; the first visible one if not given
---@field format? "csv"|"dta"|"ods"|"sav"|"xlsm"|"xlsx"  instead of the one that the end of the file's name says

--- Reads a table from a .csv, .xlsx, .ods, .sav (SPSS) or .dta (Stata) file. An option that means nothing for the format is an
--- error.
---
--- A .csv file is that of RFC 4180, in UTF-8, with a first line with the names of the columns. Types are
--- inferred over the whole column, and what cannot be inferred without loss is text: 007, 1e5 and numbers
--- of more than 15 digits stay as they are. A ragged row, text that is not UTF-8, a repeated name or a
--- value that is none of its levels is an error with file and line or row.
---
--- Of a spreadsheet one sheet is read; its first row with a value names the columns. Numbers keep all their digits,
--- dates are dates, date-times text ("2018-11-05 14:30:00"), times "14:30:00", formulas the values that were saved.
--- A cell with an error value is missing; rows that are empty are rows of missing values, but for those behind the
--- last, which are left out. `f.source` has sheet, sheets (how many), first_row (of the sheet), error_cells,
--- empty_rows (left out), hidden_rows (read), merged (ranges, whose first cell has the value) and from_1904.
---
--- A .sav or .dta file says the types of its variables. Value labels become categories with the labels as levels,
--- in the order of their codes; a code without a label is a level of its own, and where more codes occur without a
--- label than have one, or only the two ends of a scale are labelled, the numbers stay. What the file declares as
--- missing is missing, and counted: `f.source` has user_missing (cases) and missing_codes by column, and labels,
--- value_labels (those not used), unlabelled (cases), encoding, label and weight, which is never applied. Dates are
--- dates, date-times text ("2018-11-05T13:30:00"); blanks at the end of text are padding, and empty text is missing.
---@param path string
---@param options? assay.ReadOptions
---@return assay.Frame
function assay.read(path, options) end

---@class assay.FrameOptions
---@field columns string[]  the names
---@field rows any[][]  lists of values in the order of the columns; nil is missing
---@field types? table<string, "category"|"text"|"integer"|"number"|"date">
---@field levels? table<string, string[]>
---@field id? string  the column that names a case
---@field private? string|string[]  columns that are printed as ***

--- A frame made from rows of values. Columns of numbers are integer or number; the type of text is inferred
--- as when it is read from a file.
---@param options assay.FrameOptions
---@return assay.Frame
function assay.frame(options) end
