---@meta

---@class assay.Frame
local Frame = {}

---@class assay.PivotOptions
---@field rows string|string[]  columns whose combinations make the rows
---@field columns string  the column whose levels become columns
---@field values? string  the column of whole numbers or numbers that fills the cells; "cases" if not given

--- A long table made wide: f:count("ldu", "gender"):pivot { rows = "ldu", columns = "gender" }. Rows and columns
--- stand in the order in which count lists levels, a missing level as the column NA, last. A combination that is
--- not there is 0 in the columns `cases` and `share` that counting makes, missing in any other. Nothing is added
--- up: two rows for one cell are an error. Levels may be named like a method: a column is f:column "name".
---@param options assay.PivotOptions
---@return assay.Frame
function Frame:pivot(options) end
