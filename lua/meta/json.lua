---@meta

--- A null inside a list, where a nil would be a gap: what reading JSON gives for it, and what writes it.
assay.null = nil

--- Reads a JSON file (RFC 8259, UTF-8, at most 256 MiB). Objects become tables whose null members are absent,
--- because missing is nil; arrays become lists whose nulls are `assay.null`; whole numbers are integers, all
--- others floats. What readers disagree about is an error with file, line and column: a name that stands
--- twice, text behind the value, numbers beyond 2^53 without a fraction, more than 100 levels.
---@param path string
---@return any
function assay.read_json(path) end

--- Writes a value as JSON, keys sorted, two spaces a level, so that the same value gives the same bytes;
--- numbers read back as they were. A table with the keys 1..n alone is a list, any other an object whose
--- keys are text. An empty table is `{}`, an empty list that was read stays `[]`. A result is written by its
--- fields. What JSON does not have is an error that names its place: functions, NaN and infinities, gaps in
--- a list (`assay.null` fills them), keys that are neither 1..n nor text, a table inside itself, integers
--- beyond 2^53, text that is not UTF-8. The file appears whole or not at all.
---@param path string
---@param value any
function assay.write_json(path, value) end
