-- profile.lua: what a caseload looks like, beside another, over time, and in a sample of it.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local filter = require "assay.filter"

local profile = {}

-- ---- columns -----------------------------------------------------------------------------------

--- Columns that sort cases into levels, but for the id, private ones and those that make the groups.
local function category_names(self, by)
  local names, left_out = {}, {}
  for _, name in ipairs(by) do left_out[name] = true end
  for i, name in ipairs(core.frame.names(self._core)) do
    if core.frame.type(self._core, i) == "category" and name ~= self.id and not self.private[name]
      and not left_out[name] then
      names[#names + 1] = name
    end
  end
  return names
end

--- Refuses a column that is asked for twice, because a variable within itself says nothing, and a table of
--- no column.
local function check_names(names, by)
  if #names == 0 then
    check.fail('no column is a category that may be shown: name some, such as columns = { "gender" }', "columns")
  end
  local seen = {}
  for _, list in ipairs { by, names } do
    for _, name in ipairs(list) do
      if seen[name] then check.fail(("column '%s' is asked for twice"):format(core.text.quote(name)), name) end
      seen[name] = true
    end
  end
end

-- ---- profile -----------------------------------------------------------------------------------

local function population(name, value)
  if type(value) ~= "table" then return check.value(name, value, "population") or math.huge end
  local checked = {}
  for _, label in ipairs(check.keys(value)) do
    if type(label) ~= "string" then
      check.fail(("%s is a number, or a table by the group's label: { A = 120 }"):format(name), name)
    end
    checked[label] = check.value(("%s of '%s'"):format(name, core.text.quote(label)), value[label], "population")
      or math.huge
  end
  return checked
end

local profile_options = check.options("ProfileOptions", {
  columns = "texts", by = "texts", confidence = "share", population = population,
})

--- The labels of the groups in core's order: their levels joined by " / ".
local function labels(self, by)
  local groups, list = core.profile.groups(self._core, by), {}
  for row = 1, core.frame.rows(groups) do
    local parts = {}
    for i = 1, #by do
      local value = core.frame.cell(groups, i, row)
      parts[i] = value == nil and "NA" or math.type(value) and core.text.number(value) or value
    end
    list[row] = table.concat(parts, " / ")
  end
  return list
end

--- Whether one of the columns with these numbers is private.
local function any_private(self, columns)
  local names = core.frame.names(self._core)
  for _, i in ipairs(columns) do
    if self.private[names[i]] then return true end
  end
  return false
end

--- How large each group's population is, and the groups' labels; a population without end is as large
--- as can be.
local function populations(self, by, options)
  local given = options.population
  if given == nil then return nil end
  if options.confidence == nil then
    check.fail("a population is for limits: give 'confidence' too", "confidence")
  elseif #by == 0 then
    if type(given) == "table" then check.fail("without 'by' the population is one number", "population") end
    return given ~= math.huge and { given } or nil
  elseif type(given) ~= "table" then
    check.fail("with 'by' each group has a population of its own: give a table by the group's label", "population")
  end
  local list, names, known = {}, labels(self, by), {}
  local private = any_private(self, by)
  for i, label in ipairs(names) do
    known[label] = true
    list[i] = given[label] or check.fail(("the population of group '%s' is needed")
      :format(private and "***" or core.text.quote(label)), "population")
    if list[i] == math.huge then list[i] = math.maxinteger end
  end
  for _, label in ipairs(check.keys(given)) do
    if not known[label] then check.unknown("group", label, private and {} or known) end
  end
  return list, names
end

--- Core knows a group by its number, people by its label; a message shows no private one.
local function with_labels(self, by, names, f, ...)
  local good, result = pcall(f, ...)
  if good then return result end
  if type(result) == "table" and result.row then
    local label = names and names[result.row]
    for _, name in ipairs(by) do label = label and (self.private[name] and "***" or label) end
    result.message = result.message:gsub("group " .. result.row, function()
      return label and ("group '%s'"):format(core.text.quote(label)) or "the frame"
    end)
  end
  return error(result, 0)
end

function profile.profile(self, options)
  options = profile_options(options)
  local by = options.by or {}
  local names = options.columns or category_names(self, by)
  check_names(names, by)
  local columns, groups = frames.column_numbers(self, names), frames.column_numbers(self, by)
  local sizes, group_names = populations(self, groups, options)
  return frames.new(with_labels(self, by, group_names, core.profile.profile, self._core, columns, groups,
    options.confidence, sizes), { private = frames.hidden_levels(self.private, names) })
end

-- ---- compare -----------------------------------------------------------------------------------

local function two_names(name, value)
  check.value(name, value, "texts")
  if #value ~= 2 then check.fail(("%s are two, such as { \"2018\", \"2019\" }"):format(name), name) end
  if value[1] == value[2] then check.fail(("%s must differ"):format(name), name) end
  return value
end

local compare_options = check.options("CompareOptions", { columns = "texts", by = "texts", names = two_names })

--- Categories of both frames.
local function common_names(self, other, by)
  local names = {}
  for _, name in ipairs(category_names(self, by)) do
    if core.frame.find(other._core, name) and not other.private[name] then names[#names + 1] = name end
  end
  return names
end

function profile.compare(self, other, options)
  check.object("the frame to compare with", other, "Frame")
  options = compare_options(options)
  local by = options.by or {}
  local names = options.columns or common_names(self, other, by)
  check_names(names, by)
  for _, list in ipairs { names, by } do
    frames.column_numbers(self, list)
    frames.column_numbers(other, list)
  end
  local private = frames.hidden_levels(self.private, names)
  for name in next, frames.hidden_levels(other.private, names) do private[name] = true end
  return frames.new(core.profile.compare(self._core, other._core, names, by, options.names or { "this", "other" }),
    { private = private })
end

-- ---- trend -------------------------------------------------------------------------------------

local trend_options = check.options("TrendOptions", { yes = "table!", by = "texts" })

--- The rows that have all that the trend is made of, and how many have not.
local function complete_rows(self, period, list)
  local known, names = { { column = period, kind = "missing", except = true } }, { self.columns[period] }
  for _, condition in ipairs(list) do
    if condition.kind ~= "missing" then
      known[#known + 1] = { column = condition.column, kind = "missing", except = true }
      names[#names + 1] = self.columns[condition.column]
    end
  end
  local complete = core.filter.where(self._core, known)
  local left_out = #self - core.frame.rows(complete)
  if left_out == 0 then return complete end
  local text = ("%d of %d rows are left out: they have no %s"):format(left_out, #self, table.concat(names, " or no "))
  core.record.note("missing", text)
  return complete, text
end

function profile.trend(self, name, options)
  options = trend_options(options)
  local period, by = frames.column_number(self, name), options.by or {}
  check_names({ name }, by)
  local list = filter.conditions(self, options.yes)
  if #list == 0 then check.fail("'yes' needs a condition, such as { offence = \"Violence\" }", "yes") end
  local complete, left_out = complete_rows(self, period, list)
  local shares, tests = core.profile.trend(complete, (core.filter.where(complete, list)), period,
    frames.column_numbers(self, by))
  shares, tests = frames.new(shares, { private = self.private }), frames.new(tests, { private = self.private })
  rawset(shares, "_below", (left_out and left_out .. "\n" or "") .. tostring(tests))
  return shares, tests
end

-- ---- representativity --------------------------------------------------------------------------

local REPLICATES = 9999

local representativity_options = check.options("RepresentativityOptions", { seed = "seed", replicates = "replicates" })

function profile.representativity(self, columns, options)
  options = representativity_options(options)
  if self.plan.size_measure then
    check.fail(("representativity is asked of samples with equal probabilities: this one was drawn in proportion to '%s'")
      :format(core.text.quote(self.plan.size_measure)))
  end
  if self.plan.stages then
    check.fail(("representativity is asked of samples whose cases were drawn each for itself: this one was drawn in two "
      .. "stages, units ('%s') first"):format(core.text.quote(self.plan.stages.unit)))
  end
  local population_of, drawn, names = require "assay.sample".both(self, columns, "what representativity is given")
  check_names(names, {})
  if options.seed then core.record.seed(options.seed) end
  local tests, levels = core.profile.representativity(population_of, drawn, names, options.seed or self.seed,
    options.replicates or REPLICATES)
  local private = frames.hidden_levels(self.cases.private, names)
  return frames.new(tests), frames.new(levels, { private = private })
end

return profile
