-- interval.lua: confidence intervals for a proportion.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"
local frames = require "assay.frame"

local interval = {} -- beside what is public: prior, request and check_counts, for those that ask for intervals too

-- ---- options ---------------------------------------------------------------------------------

--- { a, b }: a beta distribution.
function interval.prior(name, value)
  local list = check.value(name, value, "list")
  for i = 1, 2 do
    local number = check.value(name, list[i], "number")
    if number <= 0 then check.fail(name .. " is two numbers above 0, such as { 0.5, 0.5 }", name) end
  end
  if #list > 2 then check.fail(("%s is two numbers, not %d"):format(name, #list), name) end
  return list
end

local interval_options = check.options("IntervalOptions", {
  confidence = "share!", method = "text", population = "population", side = { "two", "lower", "upper" }, prior = interval.prior,
})

local JEFFREYS = { 0.5, 0.5 }

--- Raises: there is no such method, or it is not for such a population. Which ones are is said.
local function no_method(name, finite, usable)
  local where = finite and "with a population" or "without a population"
  local others, what = core.interval.methods(not finite and 1 or nil), "unknown method '%s'"
  for _, other in ipairs(others) do
    if other == name then what = "there is no method '%s' " .. where end
  end
  local near = what:find "^unknown" and check.nearest(name, usable)
  return core.raise { kind = "usage", code = "EUNKNOWN", argument = "method", message = ("%s: %s%s the methods are %s"):format(
    what:format(core.text.quote(name)), near and ("did you mean '%s'? "):format(near) or "", where, table.concat(usable, ", ")) }
end

--- What core is asked: the options and what stands for those that are not given.
function interval.request(o, finite)
  local usable = core.interval.methods(finite and 1 or nil)
  local method = o.method or (finite and "hyper_tail" or "wilson")
  local known = false
  for _, name in ipairs(usable) do known = known or name == method end
  if not known then return no_method(method, finite, usable) end
  if o.prior and method ~= "bayes" then
    check.fail(("'prior' goes with method bayes, not with %s"):format(method), "prior")
  end
  return {
    method = method, confidence = o.confidence, side = o.side or "two",
    prior = method == "bayes" and (o.prior or JEFFREYS) or nil,
  }
end

-- ---- one pair --------------------------------------------------------------------------------

local function per_cent(share)
  return share and core.text.fixed(100 * share, 1) .. "%" or "NA"
end

local sides = { two = "%s%% limits", lower = "%s%% lower limit", upper = "%s%% upper limit" }

--- How an interval was made: "hyper_tail, 8 to 19 of the 50 cases".
local function how(self)
  local parts = { self.method }
  if self.prior then
    parts[2] = ("prior %s, %s"):format(core.text.number(self.prior[1]), core.text.number(self.prior[2]))
  end
  if self.lower_count then
    parts[#parts + 1] = ("%d to %d of the %d cases"):format(self.lower_count, self.upper_count, self.population)
  end
  parts[#parts + 1] = self.status
  return table.concat(parts, ", ")
end

local function show(self)
  local of = self.population and (" of %d"):format(self.population) or ""
  return ("%d of %d%s: %s, %s %s to %s (%s)"):format(self.x, self.n, of, per_cent(self.estimate),
    sides[self.side]:format(table_text.short(100 * self.confidence)), per_cent(self.lower), per_cent(self.upper), how(self))
end

local result = check.result("Interval", {
  "estimate", "lower", "upper", "lower_count", "upper_count", "x", "n", "population", "confidence", "method", "side",
  "prior", "status",
}, show)

function interval.check_counts(x, n, population)
  if x > n then
    return check.fail(("x is %d, but there are only %d cases"):format(x, n), "x")
  end
  if population and n > population then
    return check.fail(("n is %d, but the population has %d cases"):format(n, population), "n")
  end
end

function interval.interval(x, n, options)
  x, n = check.value("x", x, "count"), check.value("n", n, "count")
  local o = interval_options(options)
  interval.check_counts(x, n, o.population)
  local ask = interval.request(o, o.population ~= nil)
  ask.population = o.population
  local found = core.interval.compute(x, n, ask)
  found.x, found.n, found.population = x, n, o.population
  found.confidence, found.method, found.side, found.prior = ask.confidence, ask.method, ask.side, ask.prior
  return setmetatable(found, result)
end

-- ---- many pairs ------------------------------------------------------------------------------

--- A population for all, or one for each row: a list, or a column.
local function populations(name, value)
  if type(value) == "table" or type(value) == "userdata" then return value end
  return check.value(name, value, "population")
end

local intervals_options = check.options("IntervalsOptions", {
  confidence = "share!", method = "text", population = populations, side = { "two", "lower", "upper" }, prior = interval.prior,
})

--- A list or a column as a column of counts.
local function counts(name, values)
  local is_column = type(values) == "userdata" and getmetatable(values) == "assay.core.column"
  if not is_column and (type(values) ~= "table" or getmetatable(values)) then
    return check.fail(name .. " must be a list or a column, such as f:column(\"cases\")", name)
  end
  local column, row = core.interval.counts(is_column and values or check.value(name, values, "list"))
  return column or check.value(("%s in row %d"):format(name, row), values[row], "count")
end

local function same_length(name, values, rows)
  if values and #values ~= rows then
    check.fail(("xs has %d values, but %s has %d"):format(rows, name, #values), name)
  end
end

--- What there is to say about rows, in the order of the words.
local function states_of(states, rows)
  local parts = {}
  for _, state in ipairs(check.keys(states)) do parts[#parts + 1] = ("%s in %d"):format(state, states[state]) end
  if #parts > 0 then return ("of %d intervals: %s"):format(rows, table.concat(parts, ", ")) end
end

function interval.intervals(xs, ns, options)
  local o = intervals_options(options)
  local x, n = counts("xs", xs), counts("ns", ns)
  local own = o.population and type(o.population) ~= "number" and counts("population", o.population) or nil
  same_length("ns", n, #x)
  same_length("population", own, #x)
  local ask = interval.request(o, o.population ~= nil)
  ask.population = not own and o.population or nil
  local handle, states = core.interval.compute_all(x, n, own, ask)
  local said, result_frame = states_of(states, #x), frames.new(handle)
  if said then core.record.note("intervals", ("%s, %s"):format(ask.method, said)) end
  rawset(result_frame, "_below", ("%s, %s%s"):format(sides[ask.side]:format(table_text.short(100 * ask.confidence)),
    ask.method, said and "; " .. said or ""))
  return result_frame
end

return interval
