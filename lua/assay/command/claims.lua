-- claims.lua: whether the figures that a document prints can be true.

local core = require "assay.core"
local reading = require "assay.command.reading"

local claims = {
  usage = "claims FILE [--reading HOW] [--rounding RULE] [--wording NAME] [--json]",
  purpose = "says which figures of a document cannot be true",
  details = [[
FILE lists the figures, a line each: a .csv, .xlsx or .ods file with a header, or a .json list of
objects. Its columns are `id` and `says`, the figure as printed ("61%", "27 of 74", "almost
two-thirds", "more than 3,600"); and, where there is something to say, `of`, the base that is stated,
`at_most`, the most cases that an unstated base can have, `base`, a name that figures of the same
unstated base share, `value`, the true figure, and `source`, where it is printed.
`assay help published.check` says more of each, and what the verdicts mean.

Words are read literally, "over half" as anything above it; with --reading narrow, as they are usually
meant. What "almost" and "just under" may be is a convention either way, which a verdict on them shows
and --wording can change. RULE is how per cents are rounded: half_up if not given, half_even, half_down,
floor, ceil or any_half.

For example
  assay claims report.csv
  assay claims report.json --rounding any_half --json

Exit codes: 0 no claim fails, 1 some cannot hold, 2 wrong usage, 3 the file is refused.]],
}

function claims.declare(parser)
  parser:argument("FILE", "The list of figures."):target("file"):argname "FILE"
  parser:option("--reading", "Of words: literal if not given, or narrow."):argname "HOW"
  parser:option("--rounding", "Of per cents: half_up if not given."):argname "RULE"
  parser:option("--wording", "What words stand for: the name of a wording, or a .json file."):argname "NAME"
  reading.declare(parser)
  parser:flag("--json", "Print the answer as JSON.")
end

--- The cells of a row that are there.
local function row_of(row, columns)
  local one = {}
  for _, name in ipairs(columns) do one[name] = row[name] end
  return one
end

local function to_json(asked, options, checked)
  local rows = {}
  for row in checked:rows() do rows[#rows + 1] = row_of(row, checked.columns) end
  return core.json.text { file = asked.file, asked = options, verdicts = checked.verdicts, claims = core.json.list(rows) }
end

function claims.call(asked)
  local options = { reading = asked.reading, rounding = asked.rounding, wording = asked.wording }
  local checked = require "assay.claims".check_file(asked.file, reading.options(asked), options)
  if asked.json then io.write(to_json(asked, options, checked)) else print(checked) end
  return checked.verdicts.cannot_hold > 0 and 1 or 0
end

return claims
