-- interval.lua: limits of a share, and which method to take.

local core = require "assay.core"
local check = require "assay.check"
local words = require "assay.command.words"

local interval = {
  usage = "interval X N [--population N] --confidence SHARE [--method NAME | --all] [--json]",
  purpose = "says between what limits a share lies, by one method or by all of them",
  details = [[
X cases of N are yes. Without a method it is wilson, with a population hyper_tail;
`assay help assay.interval` says what each of them is.

With --all every method stands in a table with its limits and what they are worth for so many cases
at this confidence, whatever X turns out to be: `least`, the least coverage that any share has, the
mean coverage over all shares, and the mean width. `keeps` says whether the confidence is kept:
always, by the way the method is made; here, for these numbers of cases; no, not for every share.
So the choice can be written down before the data come.
Shares are written 80% or 0.80.

For example
  assay interval 27 74 --confidence 80%
  assay interval 27 74 --population 254 --confidence 80% --method hyper_blaker
  assay interval 27 74 --population 254 --confidence 80% --all

Exit codes: 0 done, 2 wrong usage, or what was asked for takes too long.]],
}

function interval.declare(parser)
  parser:argument("x", "The cases that are yes."):argname "X"
  parser:argument("n", "The cases that answered."):argname "N"
  parser:option("--population", "The cases there are; without end if not given."):argname "N"
  parser:option("--confidence", "The confidence of the limits."):argname("SHARE"):count(1)
  parser:option("--method", "One of those that `assay help assay.interval` lists."):argname "NAME"
  parser:option("--side", "two, lower or upper; two if not given."):argname "SIDE"
  parser:option("--prior", "Of bayes: the two numbers of a beta distribution; 0.5 0.5 if not given.")
    :argname({ "A", "B" }):args(2)
  parser:flag("--all", "Every method that there is for such a population, and what it is worth.")
  parser:flag("--json", "Print the answer as JSON.")
end

local function read_options(given)
  local prior = given.prior
  return {
    population = words.count("--population", given.population), confidence = words.share("--confidence", given.confidence),
    method = given.method, side = given.side,
    prior = prior and { words.number("--prior", prior[1]), words.number("--prior", prior[2]) },
  }
end

-- ---- all methods -----------------------------------------------------------------------------

--- What a method says and is worth; { note = why not } where it takes too long.
local function ask(x, n, options, method)
  local assay = require "assay"
  local asked = { population = options.population, confidence = options.confidence, method = method,
    prior = method == "bayes" and options.prior or nil }
  local found, err = assay.try(assay.interval, x, n, asked)
  asked.n = n
  local worth
  if found then worth, err = assay.try(assay.coverage, asked) end
  if worth then return { interval = found, coverage = worth } end
  return type(err) == "table" and err.kind == "usage" and { interval = found, note = err.message } or error(err, 0)
end

--- "always", "here" or "no".
local function keeps(coverage, guaranteed)
  if guaranteed then return "always" end
  return coverage.minimum >= coverage.confidence * (1 - 1e-12) and "here" or "no"
end

local function ask_all(x, n, options)
  local names, guaranteed = core.interval.methods(options.population)
  local answers, known = {}, {}
  for i, method in ipairs(names) do
    local one = ask(x, n, options, method)
    one.method, one.keeps = method, one.coverage and keeps(one.coverage, guaranteed[method])
    answers[i] = one
    if one.note and not known[one.note] then
      known[one.note], known[#known + 1] = true, one.note
    end
  end
  return answers, known
end

--- The method with the narrowest limits on average of those whose confidence is kept always.
local function narrowest(answers)
  local best
  for _, one in ipairs(answers) do
    local width = one.keeps == "always" and one.coverage.mean_width
    if width and not (best and best.coverage.mean_width <= width * (1 + 1e-12)) then best = one end
  end
  return best
end

-- ---- printing --------------------------------------------------------------------------------

local function per_cent(share) return share and core.text.fixed(100 * share, 1) .. "%" or "NA" end

local function points(share) return share and core.text.fixed(100 * share, 1) or "NA" end

local function heading(x, n, options)
  local from = options.population and (" from %d"):format(options.population) or ""
  return ("%d of %s%s%s, %s confidence"):format(x, words.cases(n), from, n > 0 and (": " .. per_cent(x / n)) or "",
    words.per_cent(options.confidence))
end

local function row_of(one, finite)
  local found, worth = one.interval or {}, one.coverage or {}
  local row = { one.method, per_cent(found.lower), per_cent(found.upper), per_cent(worth.minimum), per_cent(worth.mean),
    points(worth.mean_width), one.keeps or "NA" }
  if not finite then return row end
  table.insert(row, 4, found.lower_count and ("%d to %d"):format(found.lower_count, found.upper_count) or "")
  return row
end

local function show_all(x, n, options, answers, notes)
  local columns, rows, types = { "method", "lower", "upper", "least", "mean", "width", "keeps" }, {}, {}
  if options.population then table.insert(columns, 4, "cases") end
  for _, name in ipairs(columns) do types[name] = "text" end
  for i, one in ipairs(answers) do rows[i] = row_of(one, options.population) end
  print(heading(x, n, options))
  print(require "assay".frame { columns = columns, rows = rows, types = types })
  local best = narrowest(answers)
  if best then
    print(("the narrowest that always keeps %s: %s, %s points wide on average"):format(words.per_cent(options.confidence),
      best.method, points(best.coverage.mean_width)))
  end
  for _, note in ipairs(notes) do print("note: " .. note) end
end

-- ---- JSON ------------------------------------------------------------------------------------

--- The fields of a result that are there.
local function fields(found)
  local copy = {}
  for name, value in next, found or {} do copy[name] = value end
  if copy.prior then copy.prior = core.json.list(copy.prior) end
  return copy
end

local function to_json(x, n, options, answers)
  local list = {}
  for i, one in ipairs(answers) do
    local interval_of, worth = fields(one.interval), one.coverage
    for _, name in ipairs { "x", "n", "population", "confidence", "side" } do interval_of[name] = nil end
    interval_of.method, interval_of.note, interval_of.keeps = one.method, one.note, one.keeps
    if worth then
      interval_of.coverage = { minimum = worth.minimum, at = worth.at, at_count = worth.at_count, mean = worth.mean,
        mean_width = worth.mean_width, max_half_width = worth.max_half_width, undefined = worth.undefined }
    end
    list[i] = interval_of
  end
  local asked = { x = x, n = n, population = options.population, confidence = options.confidence,
    prior = options.prior and core.json.list(options.prior) }
  return core.json.text { asked = asked, methods = core.json.list(list) }
end

-- ---- the command -----------------------------------------------------------------------------

local function check_all(given)
  if given.method then check.fail("--all goes without --method: it is every method", "--all") end
  if given.side and given.side ~= "two" then check.fail("--all compares two-sided limits, and goes without --side", "--all") end
end

function interval.call(given)
  local x, n, options = words.count("X", given.x), words.count("N", given.n), read_options(given)
  local assay = require "assay"
  if not given.all then
    local found = assay.interval(x, n, options)
    if given.json then io.write(core.json.text(fields(found))) else print(found) end
    return 0
  end
  check_all(given)
  assay.interval(x, n, { population = options.population, confidence = options.confidence,
    method = options.prior and "bayes", prior = options.prior }) -- refuses what no method can answer
  local answers, notes = ask_all(x, n, options)
  if given.json then
    io.write(to_json(x, n, options, answers))
  else
    show_all(x, n, options, answers, notes)
  end
  return 0
end

return interval
