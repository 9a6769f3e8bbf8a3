-- statistic.lua: means, totals, ratios and quantiles of numbers that are known of the cases.

local core = require "assay.core"
local check = require "assay.check"
local domain = require "assay.domain"
local frames = require "assay.frame"
local labels = require "assay.labels"
local replicate = require "assay.replicate"
local table_text = require "assay.report.table"

local methods = {}

local fields = { "statistic", "column", "denominator", "p", "estimate", "se", "df", "lower", "upper", "half_width", "deff",
  "n", "missing", "confidence", "method", "variance", "replicates", "status", "flags" }

local Statistic = check.result("Statistic", fields, function(self)
  local lines = {}
  for _, name in ipairs(fields) do
    local absent = self[name] == nil and (name == "denominator" or name == "p" or name == "replicates")
    if not absent and name ~= "flags" then lines[#lines + 1] = { name, table_text.value(self[name]) } end
  end
  lines = { table_text.lines({ { name = "statistic" }, { name = "value", right = true } }, lines) }
  for _, flag in ipairs(self.flags) do lines[#lines + 1] = "note: " .. flag end
  return table.concat(lines, "\n")
end)

-- ---- what is asked ---------------------------------------------------------------------------

local limits = { "t", "z", "percentile" }

local function spec(more)
  local all = { where = "any", by = "texts", confidence = "share", method = limits }
  for name, kind in next, more or {} do all[name] = kind end
  return all
end

local function quantile_methods()
  local list = core.estimate.methods()
  return table.move(limits, 1, #limits, #list + 1, list)
end

local statistic_options = check.options("StatisticOptions", spec())
local quantile_options = check.options("QuantileOptions", spec {
  method = quantile_methods(), p = function(_, value)
    return type(value) == "table" and check.value("p", value, "list") or { check.value("p", value, "share") }
  end,
})

--- The number of a column of numbers, counted from 1.
local function column_of(self, name)
  check.value("the column", name, "text")
  if self:has(name) then
    check.fail(("'%s' is a question: survey:proportion gives its share of yes, survey:total the number of them"):format(
      core.text.quote(name)), name)
  end
  local column = frames.column_number(self._units, name)
  local kind = core.frame.type(self._units._core, column)
  if kind ~= "integer" and kind ~= "number" then
    check.fail(("column '%s' is of kind %s: numbers are needed"):format(core.text.quote(name), kind), name)
  end
  return column
end

--- One estimate is asked for by `ask`: { statistic=, column=, y=, denominator=, x=, p= }. Where linearised
--- variances make limits from a proportion's, a quantile takes its methods, else all have the same three.
local function check_method(self, ask, method)
  if ask.statistic ~= "quantile" then return method or "t" end
  local of_variance = false
  for _, name in ipairs(limits) do of_variance = of_variance or name == method end
  local replicated = replicate.of(self) ~= nil
  if method and replicated and not of_variance then
    check.fail(("'%s' is made from a proportion, not from replicates: %s are"):format(method, table.concat(limits, ", ")),
      "method")
  elseif of_variance and not replicated then
    check.fail(("'%s' needs replicates: without them limits are Woodruff's, by a method of survey:proportion"):format(method),
      "method")
  end
  return method
end

-- ---- one estimate ----------------------------------------------------------------------------

local function flags_of(self, ask, result)
  local flags = {}
  if result.missing > 0 then
    flags[1] = ("%d of %d cases have no value and are outside%s"):format(result.missing, result.n,
      ask.statistic == "total" and ": the total lacks them" or "")
  end
  if self.lost > 0 then
    flags[#flags + 1] = ("%d lost (unavailable): the others of their strata stand for them"):format(self.lost)
  end
  for _, flag in ipairs(replicate.flags(self, result.undefined)) do flags[#flags + 1] = flag end
  if self.status == "model_based" then flags[#flags + 1] = "model-based" end
  for _, flag in ipairs(self._flags) do flags[#flags + 1] = flag end
  return flags
end

local function estimate(self, ask, inside, group)
  local handle, how = replicate.of(self)
  local result
  if ask.statistic == "quantile" then
    result = labels.call(self._labels, core.statistic.quantile, self._core, handle, self._units._core, ask.y, nil, inside,
      group, ask.confidence, ask.p, ask.method)
    result.method = result.method or ask.method or handle and "t"
  else
    result = labels.call(self._labels, core.statistic.of, self._core, handle, self._units._core, ask.y, ask.x, inside,
      group, ask.confidence, ask.statistic, ask.method)
    result.method = ask.method
  end
  for _, name in ipairs { "statistic", "column", "denominator", "p", "confidence" } do result[name] = ask[name] end
  result.flags = flags_of(self, ask, result)
  result.undefined = nil
  result.variance = handle and how.method or ask.statistic == "quantile" and "woodruff" or "linearised"
  result.replicates = handle and core.replicate.count(handle)
  result.status = result.status or self.status -- that there are no data says more
  return result
end

local function note_missing(self, ask, missing)
  local name = ask.denominator and ("%s or %s"):format(ask.column, ask.denominator) or ask.column
  frames.note_loss(self._units, "missing", missing, ("without a value of '%s', are outside the domain"):format(
    core.text.quote(name)))
end

--- What no single estimate can be made of, with its numbers.
local function check_result(ask, result)
  if result.estimate then return end
  if result.missing > 0 and result.missing == result.n then
    check.refuse(("'%s': none of the %d cases of the domain has a value"):format(core.text.quote(ask.column), result.n))
  end
  if result.n > 0 and result.status == "no_data" then
    check.refuse(("'%s': none of the %d cases of the domain that have a value has a weight"):format(
      core.text.quote(ask.column), result.n - result.missing))
  end
  if result.n > 0 and not ask.denominator then
    check.refuse(("'%s': the weights of the %d cases of the domain come to 0"):format(core.text.quote(ask.column),
      result.n - result.missing))
  end
  if result.n > 0 then
    check.refuse(("'%s': its total over the %d cases of the domain is 0, and nothing can be divided by it"):format(
      core.text.quote(ask.denominator), result.n - result.missing))
  end
end

-- ---- tables ----------------------------------------------------------------------------------

local columns = { "column", "denominator", "p", "estimate", "se", "df", "lower", "upper", "half_width", "deff", "n", "missing",
  "method", "status", "flags" }
local types = { column = "text", denominator = "text", n = "integer", missing = "integer", method = "text", status = "text",
  flags = "text" }

local function frame_of(results)
  local names, rows, kinds = {}, {}, {}
  for _, name in ipairs(columns) do
    local asked = name ~= "denominator" and name ~= "p"
    if asked or results[1] and results[1][name] then names[#names + 1] = name end
  end
  for _, name in ipairs(names) do kinds[name] = types[name] or "number" end
  for i, result in ipairs(results) do
    rows[i] = {}
    for j, name in ipairs(names) do rows[i][j] = result[name] end
    rows[i][#names] = table.concat(result.flags, "; ")
  end
  return require "assay.source".frame { columns = names, rows = rows, types = kinds }
end

--- All that is asked in each group, or in all; a row for each.
local function estimates(self, asks, options)
  local inside = domain.flags(self, options.where)
  local groups = options.by and domain.groups(self, options.by)
  local results, which, missing = {}, {}, 0
  for g = 1, groups and #groups or 1 do
    for k, ask in ipairs(asks) do
      local result = estimate(self, ask, inside, groups and groups[g].flags)
      results[#results + 1], which[#which + 1] = result, g
      if k == 1 then missing = missing + result.missing end
    end
  end
  note_missing(self, asks[1], missing)
  return results, groups, which
end

--- One result where one is asked for, else a frame.
local function answer(self, asks, options, as_list)
  local confidence = domain.confidence(self, options)
  for _, ask in ipairs(asks) do
    ask.confidence, ask.method = confidence, check_method(self, ask, options.method)
  end
  local results, groups, which = estimates(self, asks, options)
  if groups then return domain.beside(groups, which, frame_of(results)) end
  for i, result in ipairs(results) do check_result(asks[i], result) end
  return as_list and frame_of(results) or setmetatable(results[1], Statistic)
end

-- ---- the methods -----------------------------------------------------------------------------

function methods.mean(self, column, options)
  local ask = { statistic = "mean", column = column, y = column_of(self, column) }
  return answer(self, { ask }, statistic_options(options))
end

--- Of a question it is the number of yes cases.
function methods.total(self, column, options)
  local answers = type(column) == "string" and self._answers[column]
  local ask = { statistic = "total", column = column, y = answers or column_of(self, column) }
  return answer(self, { ask }, statistic_options(options))
end

function methods.ratio(self, column, denominator, options)
  local ask = { statistic = "ratio", column = column, y = column_of(self, column), denominator = denominator,
    x = column_of(self, denominator) }
  return answer(self, { ask }, statistic_options(options))
end

function methods.quantile(self, column, options)
  options = quantile_options(options)
  local given, asks = options.p or { 0.5 }, {}
  local y = column_of(self, column)
  if #given == 0 then check.fail("p needs a share, or a list of them", "p") end
  for i, p in ipairs(given) do
    asks[i] = { statistic = "quantile", column = column, y = y, p = check.value("p", p, "share") }
  end
  return answer(self, asks, options, #asks > 1)
end

return methods
