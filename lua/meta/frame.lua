---@meta

--- A column, which never changes: `#c` values, `c[i]` from 1 (nil where missing), `c:list()`, a new list of
--- them with a hole where one is missing.
---@class assay.Column
---@field [integer] string|number|nil

--- A table that never changes: each method returns a new one. `#f` is the number of rows. Printed, a list of
--- cases shows its types, its first ten and last three rows and its size, a result all its lines; on a terminal
--- as many columns as fit, with the names of the others below. A missing value is printed NA, a private one ***.
---@class assay.Frame
---@field columns string[]  names
---@field id? string  the column that names a case
---@field steps table  { step, removed, added, rows } for each step by which the rows came to be; print it
---@field excluded assay.Frame  reason and id of the rows that exclude left out
---@field source? table  file, format, sha256, rows and what else assay.read found, of a frame that was read
---@field private table<string, boolean>  columns that are printed as ***
local Frame = {}

--- The rows that meet every condition, or those for which a function of the row is true.
---   { gender = "F", tier = { "A", "B" } }              one of these values
---   { age = { min = 18, max = 25 } }                   bounds belong to the range; dates too
---   { age = { above = 18, below = 25 } }               strict; also after and before
---   { rosh = { except = "Low" } }                      none of these
---   { name = { contains = "*" } }                      text that holds these characters
---   { note = { missing = true } }
--- A missing value meets no condition but `missing = true`. A level that the column does not have is an error.
--- A function is given each row, for reading only and for that call only: a column that is not there is an
--- error, and row:copy() is a table to keep. Rows for which it returns nil stay out and are counted apart.
---@param conditions table|fun(row: table): any
---@return assay.Frame
function Frame:where(conditions) end

--- The rows that do not meet the conditions: the opposite of where. The reason goes to `f.steps`, the ids
--- of the rows left out to `f.excluded`. Rows that lack a value asked for stay, and are counted.
---@param reason string
---@param conditions table|fun(row: table): any
---@return assay.Frame
function Frame:exclude(reason, conditions) end

---@class assay.DistinctOptions
---@field match (string|string[])[]  keys: columns that say who it is
---@field keep? "first"|"last"  which row of a person stays, in the order below; the first if not given
---@field order? string  the column that orders; the order of the rows if not given

--- One row per person. Two rows are the same person if any key agrees, and so are all that are linked by
--- such pairs; a key with a missing part matches nothing. Rows equal in `order` go by id.
---@param options assay.DistinctOptions
---@return assay.Frame
function Frame:distinct(options) end

--- Some columns, in the order given.
---@param ... string|string[]
---@return assay.Frame
function Frame:select(...) end

--- All columns but these.
---@param ... string|string[]
---@return assay.Frame
function Frame:drop(...) end

--- The same columns, some by other names, all at once: f:rename { old = "new" }.
---@param names table<string, string>
---@return assay.Frame
function Frame:rename(names) end

--- The rows with these numbers, from 1, in this order; one may be taken again.
---@param rows integer[]
---@return assay.Frame
function Frame:take(rows) end

--- The first n rows; 10 if n is not given.
---@param n? integer
---@return assay.Frame
function Frame:head(n) end

--- The rows in the order of these columns, ascending, or descending with a minus: f:sort { "ldu", "-age" }.
--- Missing values stand last, equal rows keep their order.
---@param ... string|string[]
---@return assay.Frame
function Frame:sort(...) end

--- The rows of this frame, then those of another with the same columns, whatever their order. Integers and
--- numbers are numbers together, categories and text are text, levels declared on either side hold for both;
--- other types that differ are an error.
---@param other assay.Frame
---@return assay.Frame
function Frame:append(other) end

---@class assay.JoinOptions
---@field kind? "left"|"inner"  whether rows without a match stay, with missing values; they do if not given
---@field expect? "one"|"many"  how often a key may stand in the other frame; more than once is an error if not given

--- Beside each row what another frame has of the same key, one column or several that both frames have. Keys
--- are the same if they are written the same; a missing one matches nothing. Rows without a match are counted
--- in `f.steps`. No other column may stand in both.
---@param other assay.Frame
---@param key string|string[]
---@param options? assay.JoinOptions
---@return assay.Frame
function Frame:join(other, key, options) end

--- One column more, of what a function of the row returns: numbers, or text whose type is inferred as when it
--- is read from a file; nil is missing. It is private if a private column was read for it.
---@param name string  of a column that is not there yet
---@param f fun(row: table): string|number|nil
---@return assay.Frame
function Frame:derive(name, f) end

--- One column.
---@param name string
---@return assay.Column
function Frame:column(name) end

--- For a loop over the rows: `for row in f:rows() do ... end`, each a table of its own by name.
---@return fun(): table
function Frame:rows() end

--- Cases by each combination of levels that occurs: the columns, cases, share (of all rows). Levels stand
--- in the order declared, else in byte order; a missing value is a level of its own, last. Behind the
--- names, or a list of them, an option table may stand: f:count("gender", "disposal", { weight = "w" }).
---@param ... string|string[]|assay.CountOptions
---@return assay.Frame
function Frame:count(...) end

---@class assay.CountOptions
---@field weight? string  numbers, one in each row: their sum stands in a column `weight`, and `share` is of all weights

--- A column of numbers or dates in nine: n, missing, mean, sd (divisor n - 1), min, q1, median, q3, max
--- (quartiles of type 7, Hyndman and Fan 1996). Dates count days from 1970-01-01, and are printed as dates.
---@param column string
---@return table
function Frame:summary(column) end

---@class assay.WriteOptions
---@field guard? boolean  of a .csv: text that starts with = + - @ gets a ' before it, so that no spreadsheet computes it
---@field sheet? string  the name of the sheet of an .xlsx or .ods; "Sheet1" if not given

--- Writes a file; the end of its name says which kind.
---   .csv  UTF-8, fields quoted where needed, missing as an empty field. What was read is written back with every
---         digit, what was computed with 12.
---   .json  a list of objects, one for each row, missing as null; digits as in a .csv
---   .xlsx, .ods  one sheet with a bold header that stays in view; dates are dates, text is text whatever it begins
---         with, missing is an empty cell. Integers of more than 15 digits, and in an .xlsx dates before 1900-03-01,
---         are text, because a spreadsheet would change them. The same frame gives the same bytes.
---   .sav  SPSS: categories as codes from 1 with value labels, dates as EDATE10, missing as system-missing. Missing
---         text is empty text, which SPSS cannot tell from it; blanks at the end of text are not kept. A name that
---         SPSS does not take is an error: rename the column.
---@param path string
---@param options? assay.WriteOptions
---@return assay.Frame
function Frame:write(path, options) end
