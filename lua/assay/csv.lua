-- csv.lua: delimited text, in and out.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local csv = { streams = true, rewinds = true } -- can be scanned; again and again

--- The options of assay.read that these files take, and those of f:write.
csv.options = {
  "id", "columns", "types", "levels", "missing", "dates", "decimal", "private", "format", "names", "rename", "skip",
  "delimiter", "encoding", "ragged",
}
csv.write_options = { "guard" }

local function encoding_of(options)
  local asked = options.encoding or "UTF-8"
  return core.csv.encoding(asked)
    or check.unknown("encoding", asked, { "UTF-8", "windows-1252", "ISO-8859-1", "ISO-8859-15" })
end

--- A stream of the file's rows.
function csv.open(path, _, options)
  local from, to = check.renames(options.rename)
  return core.csv.open(path, {
    delimiter = options.delimiter, encoding = encoding_of(options), skip = options.skip or 0,
    fill = options.ragged == "fill", clean = options.names == "clean", missing = options.missing or { "" },
    from = from, to = to,
  })
end

--- Tells the run's record of rows that were not as long as the header.
local function note_ragged(path, found)
  for _, kind in ipairs { { found.filled, "short rows filled with missing values" },
    { found.trimmed, "rows with empty fields too many" } } do
    if kind[1] > 0 then
      core.record.note("ragged", ("%s: %d of %d rows, %s"):format(path, kind[1], found.rows, kind[2]))
    end
  end
end

--- What was found in the file, as far as it was read.
function csv.about(stream, path, options)
  local found = core.csv.found(stream)
  note_ragged(path, found)
  return {
    rows = found.rows, delimiter = found.delimiter, encoding = encoding_of(options), byte_order_mark = found.mark,
    line_ends = found.rows > 0 and (found.crlf == 0 and "LF" or found.crlf == found.rows and "CRLF" or "mixed") or nil,
    skipped = options.skip or 0, filled = found.filled, trimmed = found.trimmed,
    renamed = check.renamed(found.header, core.source.names(stream)),
  }
end

function csv.write(frame, path, options)
  core.csv.write(frame._core, path, frames.digits(frame), options.guard or false)
end

return csv
