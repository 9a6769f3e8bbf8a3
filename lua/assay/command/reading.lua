-- reading.lua: how a command is told to read a list.

local check = require "assay.check"
local words = require "assay.command.words"

local reading = {}

-- Options of assay.read that are one word, with what is said of them.
local plain = {
  { "delimiter", "CHARACTER", "What stands between cells; a tab is \\t." },
  { "dates", "PATTERN", "How dates are written, such as dd/mm/yyyy." },
  { "sheet", "NAME", "Which sheet of a workbook, by name or number." },
  { "decimal", "CHARACTER", "The decimal sign of numbers." },
  { "encoding", "NAME", "How characters are coded, such as windows-1252." },
  { "skip", "N", "Lines above the header." },
  { "names", "clean", "Column names in small letters, digits and underscores." },
  { "ragged", "fill", "Keep rows that are too short." },
  { "format", "NAME", "The format, where the file's name does not say it." },
}

function reading.declare(parser)
  parser:option("--id", "The column that names a case: read as text."):argname "COLUMN"
  parser:option("--private", "A column whose values are not shown; may stand several times."):argname("COLUMN"):count "*"
  parser:option("--missing", "Text that stands for a missing value, beside the empty cell; may stand several times.")
    :argname("TEXT"):count "*"
  require "assay.source" -- has the options of assay.read
  for _, option in ipairs(plain) do
    if check.option_classes.ReadOptions[option[1]] then
      parser:option("--" .. option[1], option[3]):argname(option[2])
    end
  end
end

--- The options of assay.read, for these columns; nil: for all.
function reading.options(asked, columns)
  local options = { id = asked.id, columns = columns, private = words.some(asked.private) }
  if words.some(asked.missing) then options.missing = { "", table.unpack(asked.missing) } end
  for _, option in ipairs(plain) do options[option[1]] = asked[option[1]] end
  if options.delimiter == "\\t" then options.delimiter = "\t" end
  if options.skip then options.skip = words.count("--skip", options.skip) end
  if options.sheet and options.sheet:find "^%d+$" then options.sheet = math.tointeger(tonumber(options.sheet)) end
  return options
end

return reading
