-- spreadsheet.lua: xlsx (Office Open XML) and ods (OpenDocument), in and out.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local spreadsheet = { streams = true }

--- The options of assay.read that these files take, and those of f:write.
spreadsheet.options = {
  "id", "columns", "types", "levels", "missing", "dates", "decimal", "private", "format", "names", "rename",
  "skip", "sheet",
}
spreadsheet.write_options = { "sheet" }

--- A stream of the rows of one sheet, which is `sheet`: its name, or its number from 1; the first visible
--- one if that is not given.
function spreadsheet.open(path, _, options)
  local number = math.type(options.sheet) == "integer"
  local from, to = check.renames(options.rename)
  return require "assay.formats".spreadsheet.open(path, {
    sheet = not number and options.sheet or nil, number = number and options.sheet or nil, skip = options.skip,
    dates = options.dates, decimal = options.decimal, missing = options.missing or { "" },
    clean = options.names == "clean", from = from, to = to,
  })
end

local function note(path, kind, text, n)
  if n > 0 then core.record.note(kind, ("%s: %s: %d"):format(path, text, n)) end
end

--- What was found in the file, as far as it was read.
function spreadsheet.about(stream, path, options)
  local facts = require "assay.formats".spreadsheet.facts(stream)
  note(path, "error values", "cells such as #N/A, which are missing", facts.error_cells)
  note(path, "hidden rows", "read as the others", facts.hidden_rows)
  note(path, "empty rows", "left out behind the last", facts.empty_rows)
  facts.renamed = check.renamed(facts.header, core.source.names(stream))
  facts.header, facts.skipped = nil, options.skip or 0
  return facts
end

--- Writes a frame as a sheet with the name `sheet`.
function spreadsheet.write(frame, path, options)
  require "assay.formats".spreadsheet.write(frame._core, path, path:lower():match "%.(%w+)$", options.sheet or "Sheet1",
    frames.digits(frame))
end

return spreadsheet
