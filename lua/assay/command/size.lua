-- size.lua: how many cases a margin asks for, by the usual formula and exactly.

local core = require "assay.core"
local check = require "assay.check"
local words = require "assay.command.words"

local size = {
  usage = "size [--population N] --confidence SHARE --margin SHARE [--method NAME]... [--json]",
  purpose = "says how many cases a margin asks for, by the usual formula and by exact limits",
  details = [[
The usual formula is n0 / (1 + (n0 - 1) / N) with n0 = z^2 p (1 - p) / e^2, rounded up. Beside it
stands the smallest number of cases from which the limits are within the margin whatever the cases
say, or, with --proportion, if so many of them are yes: `first` does, `size` does and so does every
larger number. With a population that is wilson, hyper_tail and hyper_wang, the last two exact;
without, wilson and clopper_pearson.

Shares are written 80% or 0.80. With --population LABEL=N, several times, each stratum gets its own
size, and their sum stands beside what all cases together need.

For example
  assay size --population 254 --confidence 80% --margin 5%
  assay size --population F=70 --population M=184 --confidence 80% --margin 5% --response-rate 90%

Exit codes: 0 done, 2 wrong usage, or what was asked for takes too long.]],
}

function size.declare(parser)
  parser:option("--population", "N, the cases there are, or LABEL=N for each stratum; without end if not given.")
    :argname("N"):count "*"
  parser:option("--confidence", "The confidence of the limits."):argname("SHARE"):count(1)
  parser:option("--margin", "Half the width of the limits."):argname("SHARE"):count(1)
  parser:option("--proportion", "The share of yes expected; if not given, none is."):argname "SHARE"
  parser:option("--method", "Only this: normal (the usual formula), wilson, clopper_pearson, hyper_tail, hyper_wang; "
    .. "may stand several times."):argname("NAME"):count "*"
  parser:option("--deff", "The design effect: the variance against simple random sampling."):argname "NUMBER"
  parser:option("--response-rate --response_rate", "The share of the cases drawn that will answer.")
    :argname("SHARE"):target "response_rate"
  parser:option("--rounding", "Of the usual formula: up, or nearest."):argname "HOW"
  parser:flag("--json", "Print the answer as JSON.")
end

local function read_options(given)
  return {
    population = words.population("--population", given.population),
    confidence = words.share("--confidence", given.confidence), margin = words.share("--margin", given.margin),
    proportion = words.share("--proportion", given.proportion), deff = words.number("--deff", given.deff),
    response_rate = words.share("--response-rate", given.response_rate),
  }
end

--- The methods asked for, or those that there are for such a population. The usual formula comes first.
local function methods_of(given, options)
  if #given.method > 0 then return given.method end
  return options.population and { "normal", "wilson", "hyper_tail", "hyper_wang" } or { "normal", "wilson", "clopper_pearson" }
end

--- One method's size, { found = }; or, where nobody asked for this very method, { note = why there is none }.
local function ask(options, method, rounding, insist)
  local assay, asked = require "assay", { method = method, rounding = method == "normal" and rounding or nil }
  for name, value in next, options do asked[name] = value end
  if insist then return { found = select(2, assay.sample_size(asked)) } end
  local results = table.pack(pcall(assay.sample_size, asked))
  if results[1] then return { found = results[3] } end
  local err = results[2]
  return type(err) == "table" and err.kind == "usage" and { note = err.message } or error(err, 0)
end

--- Whether the usual size keeps its promise under exact limits; nil where there are none.
local function check_promise(options, usual)
  if type(options.population) == "table" or options.deff then return nil end
  local assay, method = require "assay", options.population and "hyper_tail" or "clopper_pearson"
  local half, err = assay.try(assay.margin, { n = usual.answers, population = options.population,
    confidence = options.confidence, proportion = options.proportion, method = method })
  if not half then return type(err) == "table" and err.kind ~= "usage" and error(err, 0) or nil end
  return { n = usual.answers, method = method, half_width = half, holds = half <= options.margin * (1 + 1e-12) }
end

-- ---- printing --------------------------------------------------------------------------------

local function heading(options)
  local parts = {}
  local population = options.population
  if type(population) == "table" then
    local sum = 0
    for _, n in next, population do sum = sum + n end
    parts[1] = ("%s in %d strata"):format(words.cases(sum), #check.keys(population))
  else
    parts[1] = population and words.cases(population) or "cases without end"
  end
  parts[2] = words.per_cent(options.confidence) .. " confidence"
  parts[3] = ("a margin of %s point%s"):format(words.short_points(options.margin), options.margin == 0.01 and "" or "s")
  parts[4] = options.proportion and words.per_cent(options.proportion) .. " expected to be yes" or nil
  parts[#parts + 1] = options.deff and "design effect " .. core.text.number(options.deff) or nil
  parts[#parts + 1] = options.response_rate and words.per_cent(options.response_rate) .. " will answer" or nil
  return table.concat(parts, ", ")
end

--- Prints a table whose first column, and whose column of half-widths, are words; then the notes.
local function print_table(columns, rows, answers)
  if #rows > 0 then
    print(require "assay".frame { columns = columns, rows = rows,
      types = { [columns[1]] = "category", [columns[#columns]] = columns[#columns] == "half_width" and "text" or nil } })
  end
  for _, one in ipairs(answers) do
    if one.note then print("note: " .. one.note) end
  end
end

--- Sizes are the cases that must answer; those to draw stand apart where not all will.
local function print_sizes(answers, options)
  local columns, rows = { "method", "first", "size" }, {}
  if options.response_rate then columns[4] = "draw" end
  columns[#columns + 1] = "half_width"
  for _, one in ipairs(answers) do
    local found = one.found
    if found then
      local row = { found.method, found.first, found.answers }
      if options.response_rate then row[4] = found.n end
      row[#row + 1] = words.points(found.margin) .. " points"
      rows[#rows + 1] = row
    end
  end
  print_table(columns, rows, answers)
end

--- A row for each stratum, a column for each method; then the sum, and all cases together.
local function print_strata(answers)
  local columns, rows = { "stratum", "population" }, {}
  local function add(i, label, population, n)
    rows[i] = rows[i] or { label, population }
    table.insert(rows[i], n)
  end
  for _, one in ipairs(answers) do
    local found, last = one.found, 0
    if found then
      columns[#columns + 1] = found.method
      for row in found.strata:rows() do
        last = last + 1
        add(last, row.stratum, row.population, row.sample)
      end
      add(last + 1, "the sum", found.population, found.n)
      add(last + 2, "all together", found.population, found.overall.n)
    end
  end
  print_table(columns, rows, answers)
end

local function print_promise(promise, margin)
  if not promise then return end
  local words_of_it = promise.holds and "with %s the usual formula keeps its promise: the half-width of %s reaches %s points"
    or "with %s the usual formula promises too much: the half-width of %s reaches %s points, not %s"
  print(words_of_it:format(words.cases(promise.n), promise.method,
    promise.holds and words.points(promise.half_width) or words.points_above(promise.half_width, margin),
    words.short_points(margin)))
end

local function described(found)
  local one = { method = found.method, n = found.n, answers = found.answers, first = found.first, stable = found.stable,
    half_width = found.margin, raw = found.raw, convention = found.convention }
  if found.strata then
    one.all_together, one.strata = found.overall.n, {}
    for row in found.strata:rows() do
      one.strata[row.stratum] = { population = row.population, n = row.sample, answers = row.answers,
        first = row.first, stable = row.stable, half_width = row.margin }
    end
  end
  return one
end

local function to_json(answers, options, promise)
  local list = {}
  for i, one in ipairs(answers) do list[i] = one.found and described(one.found) or one end
  return core.json.text { asked = options, sizes = core.json.list(list), usual_formula = promise }
end

function size.call(given)
  local options, answers = read_options(given), {}
  local asked = methods_of(given, options)
  local usual_asked = false
  for _, method in ipairs(asked) do usual_asked = usual_asked or method == "normal" end
  if given.rounding and not usual_asked then check.fail("--rounding goes with method normal", "--rounding") end
  for i, method in ipairs(asked) do
    answers[i] = ask(options, method, given.rounding, #given.method > 0 or method == "normal")
  end
  local usual = answers[1].found
  local promise = usual.method == "normal" and check_promise(options, usual) or nil
  if given.json then
    io.write(to_json(answers, options, promise))
    return 0
  end
  print(heading(options));
  (type(options.population) == "table" and print_strata or print_sizes)(answers, options)
  print_promise(promise, options.margin)
  return 0
end

return size
