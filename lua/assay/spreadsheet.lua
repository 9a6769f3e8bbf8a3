-- spreadsheet.lua: xlsx (Office Open XML) and ods (OpenDocument), in and out.

local core = require "assay.core"
local check = require "assay.check"

local spreadsheet = {}

--- The options of assay.read that these files take.
spreadsheet.options = {
  "id", "columns", "types", "levels", "missing", "dates", "decimal", "private", "format", "names", "rename",
  "skip", "sheet",
}

--- A stream of the rows of one sheet, which is `sheet`: its name, or its number from 1; the first visible
--- one if that is not given.
function spreadsheet.open(path, _, options)
  local number = math.type(options.sheet) == "integer"
  local from, to = check.keys(options.rename or {}), {}
  for i, name in ipairs(from) do to[i] = options.rename[name] end
  return require "assay.formats".spreadsheet.open(path, {
    sheet = not number and options.sheet or nil, number = number and options.sheet or nil, skip = options.skip,
    dates = options.dates, decimal = options.decimal, missing = options.missing or { "" },
    clean = options.names == "clean", from = from, to = to,
  })
end

local function note(path, kind, text, n)
  if n > 0 then core.record.note(kind, ("%s: %s: %d"):format(path, text, n)) end
end

--- What else the file says, for `f.source`, once all rows were read.
function spreadsheet.about(stream, path)
  local facts = require "assay.formats".spreadsheet.facts(stream)
  note(path, "error values", "cells such as #N/A, which are missing", facts.error_cells)
  note(path, "hidden rows", "read as the others", facts.hidden_rows)
  note(path, "empty rows", "left out behind the last", facts.empty_rows)
  return facts
end

--- Writes a frame as a sheet with the name `sheet`.
function spreadsheet.write(frame, path, options)
  -- what was read is written back whole; what was computed has 12 digits, alike on every machine
  require "assay.formats".spreadsheet.write(frame._core, path, path:lower():match "%.(%w+)$", options.sheet or "Sheet1",
    frame.source and 0 or 12)
end

return spreadsheet
