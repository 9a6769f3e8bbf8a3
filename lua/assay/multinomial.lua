-- multinomial.lua: simultaneous confidence intervals for the shares of several categories.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"

local multinomial = {}

local function method_name(name, value)
  local known, seen = core.multinomial.methods(), {}
  for _, method in ipairs(known) do seen[method] = true end
  for _, method in ipairs(core.multinomial.methods(1)) do -- those for populations alone
    if not seen[method] then known[#known + 1] = method end
  end
  return check.value(name, value, known)
end

local multinomial_options = check.options("MultinomialOptions", {
  confidence = "share!", method = method_name, population = "population",
})

-- ---- the result ------------------------------------------------------------------------------

local cell = check.result("MultinomialCell", {
  "x", "estimate", "lower", "upper", "lower_count", "upper_count", "status",
})

local function per_cent(share)
  return share and core.text.fixed(100 * share, 1) .. "%" or "NA"
end

local columns = {
  { name = "category", right = true }, { name = "cases", right = true }, { name = "share", right = true },
  { name = "lower", right = true }, { name = "upper", right = true },
}
local with_status = { columns[1], columns[2], columns[3], columns[4], columns[5], { name = "status" } }

local function show(self)
  local lines, used = {}, columns
  for i, one in ipairs(self) do
    lines[i] = { tostring(i), tostring(one.x), per_cent(one.estimate), per_cent(one.lower), per_cent(one.upper) }
    if one.status then used = with_status end
  end
  for i, one in ipairs(used == with_status and self or {}) do lines[i][6] = one.status or "" end
  local of = self.population and (" of %d"):format(self.population) or ""
  return ("%s\n%d%s in %d categories, %s%% limits of all at once (%s)"):format(
    table_text.lines(used, lines), self.n, of, #self, table_text.short(100 * self.confidence), self.method)
end

local result = check.result("Multinomial", { "n", "population", "confidence", "method" }, show)
local field = result.__index
function result.__index(self, key)
  return math.type(key) ~= "integer" and field(self, key) or nil -- behind its end a list has nothing
end

-- ---- the arguments ---------------------------------------------------------------------------

--- The counts of a list, or of a column of a frame, and their sum.
local function check_counts(counts)
  local is_column = getmetatable(counts) == "assay.core.column"
  if not is_column then check.value("counts", counts, "list") end
  local list, n = {}, 0
  for i = 1, #counts do
    list[i] = check.value(("counts[%d]"):format(i), counts[i], "count")
    n = n + list[i]
    if list[i] > 1 << 53 or n > 1 << 53 then return check.fail("counts: more than 2^53 cases", "counts") end
  end
  if #list >= 2 then return list, n end
  return check.fail(("counts must have two categories or more, not %d: where there is one, all cases are in it")
    :format(#list), "counts")
end

--- The method asked for, of those that there are for such a population.
local function choose(o)
  local usable = core.multinomial.methods(o.population)
  if o.method == nil then return o.population and "hyper_tail_bonferroni" or "goodman" end
  for _, method in ipairs(usable) do
    if method == o.method then return method end
  end
  return check.fail(("'%s' has no form %s a population: take one of %s"):format(o.method,
    o.population and "with" or "without", table.concat(usable, ", ")), "method")
end

function multinomial.multinomial(counts, options)
  local list, n = check_counts(counts)
  local o = multinomial_options(options)
  if o.population and n > o.population then
    return check.fail(("the counts are %d cases, but the population has %d"):format(n, o.population), "counts")
  end
  local method = choose(o)
  local found = core.multinomial.compute(method, list, o.population, o.confidence)
  for i, one in ipairs(found) do
    one.x = list[i]
    setmetatable(one, cell)
  end
  found.n, found.population, found.confidence, found.method = n, o.population, o.confidence, method
  return setmetatable(found, result)
end

return multinomial
