-- margin.lua: what margin a number of cases reaches, by the usual formula and exactly.

local core = require "assay.core"
local words = require "assay.command.words"

local margin = {
  usage = "margin --n N [--population N] --confidence SHARE [--method NAME]... [--json]",
  purpose = "says what margin a number of cases reaches, by the usual formula and by exact limits",
  details = [[
The usual formula is z sqrt(p (1 - p) / n * (N - n) / (N - 1)). Beside it stands half the width of
the limits where they are widest, whatever the cases say, or, with --proportion, if so many of them
are yes. With a population that is wilson, hyper_tail and hyper_wang, the last two exact; without,
wilson and clopper_pearson.
Shares are written 80% or 0.80; half-widths are printed in points, and are shares in JSON.

For example
  assay margin --n 100 --population 254 --confidence 80%

Exit codes: 0 done, 2 wrong usage, or what was asked for takes too long.]],
}

function margin.declare(parser)
  parser:option("--n", "The cases that answered."):argname("N"):count(1)
  parser:option("--population", "N, the cases there are; without end if not given."):argname "N"
  parser:option("--confidence", "The confidence of the limits."):argname("SHARE"):count(1)
  parser:option("--proportion", "The share of yes expected; if not given, none is."):argname "SHARE"
  parser:option("--method", "Only this: normal (the usual formula), wilson, clopper_pearson, hyper_tail, hyper_wang; "
    .. "may stand several times."):argname("NAME"):count "*"
  parser:flag("--json", "Print the answer as JSON.")
end

local function methods_of(given)
  if #given.method > 0 then return given.method end
  return given.population and { "normal", "wilson", "hyper_tail", "hyper_wang" } or { "normal", "wilson", "clopper_pearson" }
end

local function heading(options)
  return ("%d of %s, %s confidence%s"):format(options.n,
    options.population and words.cases(options.population) or "cases without end",
    words.per_cent(options.confidence),
    options.proportion and (", %s expected to be yes"):format(words.per_cent(options.proportion)) or "")
end

--- The half-width by one method; or nil and why it takes too long, where nobody asked for this very method.
local function ask(options, method, insist)
  local asked, assay = { method = method }, require "assay"
  for name, value in next, options do asked[name] = value end
  if insist then return { method = method, half_width = assay.margin(asked) } end
  local half, err = assay.try(assay.margin, asked)
  if half then return { method = method, half_width = half } end
  return type(err) == "table" and err.kind == "usage" and { note = err.message } or error(err, 0)
end

local function show(answers)
  local rows, notes = {}, {}
  for _, one in ipairs(answers) do
    if one.note then
      notes[#notes + 1] = "note: " .. one.note
    else
      rows[#rows + 1] = { one.method, one.half_width == math.huge and "no limit" or words.points(one.half_width) .. " points" }
    end
  end
  print(require "assay".frame { columns = { "method", "half_width" }, rows = rows, types = { half_width = "text" } })
  for _, note in ipairs(notes) do print(note) end
end

function margin.call(given)
  local options, answers = {
    n = words.count("--n", given.n), population = words.count("--population", given.population),
    confidence = words.share("--confidence", given.confidence), proportion = words.share("--proportion", given.proportion),
  }, {}
  for i, method in ipairs(methods_of(given)) do answers[i] = ask(options, method, #given.method > 0 or method == "normal") end
  if given.json then
    for _, one in ipairs(answers) do
      if one.half_width == math.huge then one.half_width = nil end -- JSON has none
    end
    io.write(core.json.text { asked = options, margins = core.json.list(answers) })
    return 0
  end
  print(heading(options))
  show(answers)
  return 0
end

return margin
