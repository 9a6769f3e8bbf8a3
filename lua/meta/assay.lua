---@meta
-- assay.lua: the module itself, for editors and for `assay help`.

--- Statistics and sampling for inspections: `local assay = require "assay"`.
---@class assay
---@field _VERSION string
local assay = {}

--- Calls f(...) and returns its values; where it raises, nil and the error, which is a table
--- { kind="usage"|"data"|"stopped"|"internal", code, message, where, argument, file, line, column, row }.
---@param f function
---@return any
function assay.try(f, ...) end

--- Fresh seed text: 32 hexadecimal digits from 128 random bits of the system. Make it after the list of
--- cases is final and write it into the script: a seed that was known before could have been used to
--- arrange the list.
---@return string
function assay.seed() end

return assay
