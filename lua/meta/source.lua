---@meta

---@class assay.ReadOptions
---@field id? string  the column that names a case; kept as text exactly as it stands in the file
---@field columns? string|string[]  read only these, and the id
---@field types? table<string, "category"|"text"|"integer"|"number"|"date">  instead of what is inferred
---@field levels? table<string, string[]>  the only values a column may have, in the order of every table
---@field missing? string|string[]  cells that mean missing; the empty cell if not given; not for a .sav or .dta,
---  which says it itself
---@field dates? string  how dates are written, such as "dd/mm/yyyy"; yyyy-mm-dd if not given
---@field decimal? "."|","  the sign before the decimals of numbers; a point if not given
---@field private? string|string[]  columns that are printed as ***
---@field names? "clean"  names of small ASCII letters, digits and _, each of its own: "Risk of Harm" is risk_of_harm
---@field rename? table<string, string>  new names by old ones, after names = "clean"; the other options use the new ones
---@field delimiter? string  between fields; if not given the one of , ; tab | that fits every row
---@field encoding? string  of a .csv, "UTF-8" if not given: "windows-1252", "ISO-8859-1", "ISO-8859-15"; of a .sav or
---  .dta that does not say it, or says a wrong one
---@field skip? integer  title lines, or rows, before the header
---@field ragged? "error"|"fill"  fill: what short rows lack is missing, and empty fields too many are left out
---@field sheet? string|integer  of a spreadsheet: its name, or its number from 1; if not given the sheets of cases of
---  what Sample:workbook made, or the first visible one
---@field format? "csv"|"dta"|"ods"|"sav"|"xlsm"|"xlsx"  instead of the one that the end of the file's name says

--- Reads a table from a .csv, .xlsx, .ods, .sav (SPSS) or .dta (Stata) file. An option that means nothing for
--- the format is an error.
---
--- A .csv file is that of RFC 4180 (a first line with the names of the columns, at most 16,384 of them, and
--- records of at most 16 MiB). Types are inferred over the whole column, and what cannot be inferred without
--- loss is text: 007, 1e5, +5, 1/2, 1,000 and numbers of more than 15 digits stay as they are, but for those that
--- are written just so (0.30000000000000004, 1e-05). What was found is in `f.source`: delimiter, encoding,
--- line_ends, skipped, filled and trimmed (rows that ragged = "fill" filled, and rows that had empty fields too
--- many), renamed.
--- Text that is not of its encoding, a row that is not as long as the header, a repeated or empty name, a value
--- that is none of its levels, and what is no table at all, is an error with file and line or row.
---
--- Of a spreadsheet one sheet is read; its first row with a value names the columns. Numbers keep all their digits,
--- dates are dates, date-times text ("2018-11-05T14:30:00"), times "14:30:00", formulas the values that were saved.
--- A cell with an error value is missing; rows that are empty are rows of missing values, but for those behind the
--- last, which are left out. `f.source` has sheet, sheets (how many), first_row (of the sheet), skipped, error_cells,
--- empty_rows (left out), hidden_rows (read), merged (ranges, whose first cell has the value),
--- from_1904 and renamed; and pieces, where a workbook was split: of each sheet its name, first_row and the rows before.
---
--- A .sav or .dta file says the types of its variables. Value labels become categories with the labels as levels,
--- in the order of their codes; a code without a label is a level of its own, and where more codes occur without a
--- label than have one, or only the two ends of a scale are labelled, the numbers stay. What the file declares as
--- missing is missing, and counted: `f.source` has user_missing (cases) and missing_codes by column, and labels,
--- value_labels (those not used), unlabelled (cases), encoding, label, renamed and weight, which is never applied.
--- Dates are dates, date-times text ("2018-11-05T13:30:00"); blanks at the end of text are padding, and empty text
--- is missing.
---@param path string
---@param options? assay.ReadOptions
---@return assay.Frame
function assay.read(path, options) end

--- A .csv, .xlsx or .ods file whose tables are made while it streams past, so that it never stands in memory. Each method
--- reads it from its start.
---@param path string
---@param options? assay.ReadOptions
---@return assay.Source
function assay.scan(path, options) end

--- A file that streams past. Where a plan wants a frame it is collected.
---@class assay.Source
---@field columns string[]  names
---@field id? string  the column that names a case
---@field source table  what was found in the file, as far as it was read last: see assay.read
---@field private table<string, boolean>  columns that are printed as ***
local Source = {}

---@class assay.ScanCountOptions
---@field weight? string  a column of numbers that are added up beside the cases; `share` is then of all weights

--- Cases by each combination of levels that occurs, as `f:count` of the collected frame.
---@param ... string|string[]|assay.ScanCountOptions
---@return assay.Frame
function Source:count(...) end

---@class assay.ScanProfileOptions
---@field columns string|string[]  types are not known beforehand: say which
---@field by? string  a column within whose levels each of them is profiled

--- Each column by itself: [by], variable, level, cases, share (of the rows where it is known) and missing.
---@param options assay.ScanProfileOptions
---@return assay.Frame
function Source:profile(options) end

--- The file as a frame, as `assay.read` of it.
---@return assay.Frame
function Source:collect() end

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
