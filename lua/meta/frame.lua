---@meta

--- A column: `#c` values, `c[i]` from 1 (nil where missing), `c:list()`.
---@class assay.Column
---@field [integer] string|number|nil

--- A table that never changes: each method returns a new one. `#f` is the number of rows; printing shows it.
---@class assay.Frame
---@field columns string[]  names
---@field id? string  the column that names a case
---@field steps table  how the rows came to be, with what each step removed; print it
---@field excluded assay.Frame  reason and id of the rows that exclude left out
---@field source? table  file, sha256, rows and what else assay.read found, of a frame that was read
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
---@param conditions table|fun(row: table): boolean
---@return assay.Frame
function Frame:where(conditions) end

--- The rows that do not meet the conditions: the opposite of where. The reason goes to `f.steps`, the ids
--- of the rows left out to `f.excluded`.
---@param reason string
---@param conditions table
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

--- The rows with these numbers, from 1, in this order.
---@param rows integer[]
---@return assay.Frame
function Frame:take(rows) end

--- The first n rows; 10 if n is not given.
---@param n? integer
---@return assay.Frame
function Frame:head(n) end

--- The rows in the order of these columns, ascending, or descending with a minus: f:sort { "ldu", "-age" }.
--- Missing values stand last, equal rows keep their order.
---@param names string|string[]
---@return assay.Frame
function Frame:sort(names) end

--- One column.
---@param name string
---@return assay.Column
function Frame:column(name) end

--- For a loop over the rows: `for row in f:rows() do ... end`, each a table of its own by name.
---@return fun(): table
function Frame:rows() end

--- Cases by each combination of levels that occurs: the columns, cases, share (of all rows). Levels stand
--- in the order declared, else in byte order; a missing value is a level of its own, last.
---@param ... string
---@return assay.Frame
function Frame:count(...) end

---@class assay.ProfileOptions
---@field columns? string|string[]  all category columns if not given

--- Each column by itself: variable, level, cases, share (of the rows where it is known), missing (rows where
--- it is not). Levels that were declared are listed even where no case has them.
---@param options? assay.ProfileOptions
---@return assay.Frame
function Frame:profile(options) end

--- A column of numbers or dates in nine: n, missing, mean, sd (divisor n - 1), min, q1, median, q3, max
--- (quartiles of type 7, Hyndman and Fan 1996). Dates count days from 1970-01-01.
---@param column string
---@return table
function Frame:summary(column) end

---@class assay.WriteOptions
---@field guard? boolean  text that starts with = + - @ gets a ' before it, so that no spreadsheet computes it

--- Writes a .csv file: UTF-8, fields quoted where needed, missing as an empty field. What was read is
--- written back with every digit, what was computed with 12.
---@param path string
---@param options? assay.WriteOptions
---@return assay.Frame
function Frame:write(path, options) end
