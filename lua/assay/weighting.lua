-- weighting.lua: weights that make a sample meet what is known of the population.

local core = require "assay.core"
local check = require "assay.check"
local filter = require "assay.filter"
local frames = require "assay.frame"
local table_text = require "assay.report.table"

local weighting = {}

-- ---- margins ---------------------------------------------------------------------------------

local JOINED = " / "

local function split(text)
  local parts = {}
  for part in (text .. JOINED):gmatch("(.-) / ") do parts[#parts + 1] = part end
  return parts
end

--- The columns that a margin is of: one by its name, or several with " / " between them.
local function columns_of(self, name)
  check.value("the name of a margin", name, "text")
  if core.frame.find(self._units._core, name) then return { name } end
  local parts = split(name)
  return #parts > 1 and parts or { name }
end

local counts = { "total", "population", "cases" }

--- The column of a frame of totals that has them.
local function column_of_totals(frame, name, as_shares)
  local found = {}
  for _, column in ipairs(as_shares and { "share" } or counts) do
    if core.frame.find(frame._core, column) then found[#found + 1] = column end
  end
  if #found == 1 then return frame:column(found[1]):list() end
  return check.fail(("the frame of totals of '%s' needs %s"):format(core.text.quote(name), as_shares
    and "a column 'share'" or "one column of 'total', 'population' and 'cases'"), name)
end

--- The levels of a frame of totals, and these.
local function from_frame(frame, name, columns, as_shares)
  local totals = column_of_totals(frame, name, as_shares)
  local levels = core.frame.select(frame._core, frames.column_numbers(frame, columns))
  for row = 1, #frame do
    if totals[row] == nil then
      local words, where = frames.place(frame, row)
      check.refuse(("%s: there is no total of '%s'"):format(words, core.text.quote(name)), where)
    end
    check.value("a total of " .. name, totals[row], "number")
  end
  return levels, totals
end

local function level_of(name, key)
  if math.type(key) then return core.text.number(key) end
  if type(key) == "string" then return key end
  return check.fail(("a level of '%s' is text or a number, not a %s"):format(core.text.quote(name), type(key)), name)
end

--- The levels of a table { F = 700, M = 3029 }, in byte order, and their totals.
local function from_table(given, name, columns)
  local rows, totals, types = {}, {}, {}
  for i, key in ipairs(check.keys(given)) do
    local label = level_of(name, key)
    rows[i] = #columns == 1 and { label } or split(label)
    if #rows[i] ~= #columns then
      check.fail(("'%s' is no level of '%s': %d values with ' / ' between them are needed, or give a frame"):format(
        core.text.quote(label), core.text.quote(name), #columns), name)
    end
    totals[i] = check.value(("the total of %s '%s'"):format(name, core.text.quote(label)), given[key], "number")
  end
  if #rows == 0 then check.fail(("there are no totals of '%s'"):format(core.text.quote(name)), name) end
  for _, column in ipairs(columns) do types[column] = "text" end
  return require "assay.source".frame { columns = columns, rows = rows, types = types }._core, totals
end

--- Shares of a population as numbers of its cases.
local function raised(name, shares, population)
  local sum, totals = 0, {}
  for i, share in ipairs(shares) do
    check.value("a share of " .. name, share, "proportion")
    sum, totals[i] = sum + share, share * population
  end
  if math.abs(sum - 1) > 1e-9 then
    check.fail(("the shares of '%s' come to %s, not to 1"):format(core.text.quote(name), core.text.number(sum)), name)
  end
  return totals
end

local function margin_of(self, name, given, population)
  local columns = columns_of(self, name)
  local margin = { name = name, columns = frames.column_numbers(self._units, columns), private = false }
  for _, column in ipairs(columns) do margin.private = margin.private or self._units._private[column] or false end
  if check.is(given, "Frame") then
    margin.levels, margin.totals = from_frame(given, name, columns, population ~= nil)
  else
    check.value("the totals of " .. name, given, "table")
    margin.levels, margin.totals = from_table(given, name, columns)
  end
  if population then margin.totals = raised(name, margin.totals, population) end
  return margin
end

--- The margins of a table by column, in byte order of the columns.
local function margins_of(self, given, population)
  local list = {}
  for i, name in ipairs(check.keys(given)) do list[i] = margin_of(self, name, given[name], population) end
  if #list == 0 then check.fail("weights need a margin, such as gender = { F = 700, M = 3029 }") end
  return list
end

-- ---- the weighted survey -----------------------------------------------------------------------

local fields = { "method", "cases", "zero", "negative", "sum", "min", "median", "max", "ratio", "deff", "flags" }

local Weighting = check.result("Weighting", fields, function(self)
  local lines = {}
  for _, name in ipairs(fields) do
    if name ~= "flags" then lines[#lines + 1] = { name, table_text.value(self[name]) } end
  end
  lines = { table_text.lines({ { name = "weights" }, { name = "value", right = true } }, lines) }
  for _, flag in ipairs(self.flags) do lines[#lines + 1] = "note: " .. flag end
  return table.concat(lines, "\n")
end)

-- What of max(1, target) counts as met.
local MET = 1e-9

--- Where margins are met worst, in words; nil where they are all met.
local function worst(margins, private)
  local target, difference = margins:column "target":list(), margins:column "difference":list()
  local at, most = nil, MET
  for row = 1, #margins do
    local off = math.abs(difference[row]) / math.max(1, math.abs(target[row]))
    if off > most then at, most = row, off end
  end
  if not at then return nil end
  local level = core.frame.cell(margins._core, 2, at)
  return ("%s%s is %s off its total of %s"):format(core.frame.cell(margins._core, 1, at),
    level and (" = %s"):format(private and "***" or core.text.quote(level)) or "",
    table_text.value(difference[at]), table_text.value(target[at]))
end

local function frame_of(handle, design, private)
  return frames.new(core.calibrate.frame(handle, design), nil, { private = private and { level = true } or nil })
end

--- Says what weights came to that a reader would not expect.
local function flags_of(about, steps, notes)
  local flags = table.move(notes, 1, #notes, 1, {})
  if about.negative > 0 then
    flags[#flags + 1] = ("%d weight%s below 0"):format(about.negative, about.negative == 1 and " is" or "s are")
  end
  for _, step in ipairs(steps) do
    local off = step.met and worst(step.met, step.private)
    if off then flags[#flags + 1] = ("margins of %s: %s"):format(step.method, off) end
  end
  return flags
end

--- A new survey under new weights. A step has `method` and, where it has any, `margins` (core's) and `private`; then
--- `met`, what they come to now.
local function weighted(self, design, step, notes)
  local new, steps, methods = {}, {}, {}
  for name, value in next, self do new[name] = value end
  for i, earlier in ipairs(rawget(self, "_weighting") or {}) do steps[i] = earlier end
  steps[#steps + 1] = step
  for i, one in ipairs(steps) do
    methods[i] = one.method
    steps[i] = { method = one.method, margins = one.margins, private = one.private,
      met = one.margins and frame_of(one.margins, design, one.private) }
    new.margins = steps[i].met or new.margins
  end
  local about = core.calibrate.summary(design)
  about.method = table.concat(methods, ", ")
  about.ratio = about.min and about.min > 0 and about.max / about.min or nil
  about.flags = flags_of(about, steps, notes or {})
  for _, flag in ipairs(about.flags) do
    core.record.note("weighting", ("%s: %s"):format(rawget(self, "_file") or "the survey", flag))
  end
  new._core, new._weighting, new.weighting = design, steps, setmetatable(about, Weighting)
  return setmetatable(new, check.classes.Survey)
end

--- What print(survey) says of its weights.
function weighting.text(self)
  local about = self.weighting
  local lines = { ("weights by %s: %s to %s, design effect %s"):format(about.method, table_text.value(about.min),
    table_text.value(about.max), table_text.value(about.deff)) }
  for _, flag in ipairs(about.flags) do lines[#lines + 1] = "note: " .. flag end
  if self.margins then lines[#lines + 1] = "\n" .. tostring(self.margins) end
  return table.concat(lines, "\n")
end

-- ---- calibration -------------------------------------------------------------------------------

--- How many margins count the whole population: all but one of them follow in one total each.
local function follows_too(list, labels)
  local whole = 0
  for _, margin in ipairs(list) do
    if margin.levels or #margin.columns == 0 then whole = whole + 1 end
  end
  if #labels <= math.max(whole - 1, 0) then return {} end
  return { ("%d totals say what others say already: %s"):format(#labels, table.concat(labels, ", ")) }
end

-- Levels that a note names; of others it says how many there are.
local NAMED = 3

--- Levels whose totals are below the cases that were sampled: no population has so few.
local function beyond(levels)
  if #levels == 0 then return nil end
  local words = {}
  for i = 1, math.min(#levels, NAMED) do
    local label, total, cases = table.unpack(levels[i])
    words[i] = ("%s %s for %d case%s"):format(label, core.text.number(total), cases, cases == 1 and "" or "s")
  end
  return ("%d total%s below the cases of the sample: %s%s"):format(#levels, #levels == 1 and " is" or "s are",
    table.concat(words, ", "), #levels > NAMED and (" and %d more"):format(#levels - NAMED) or "")
end

local function calibrated(self, called, list, method, bounds)
  local private = false
  for _, margin in ipairs(list) do private = private or margin.private end
  local margins = frames.blame(self._units, core.calibrate.margins, self._units._core, self._core, list)
  local design, labels, few = core.calibrate.calibrate(margins, self._core, method, bounds and bounds[1], bounds and bounds[2])
  local notes = follows_too(list, labels)
  notes[#notes + 1] = beyond(few)
  return weighted(self, design, { method = called, margins = margins, private = private }, notes)
end

local rake_options = check.options("RakeOptions", { population = "population" })

function weighting.rake(self, margins, options)
  check.value("the margins", margins, "table")
  options = rake_options(options)
  return calibrated(self, "raking", margins_of(self, margins, options.population), "raking")
end

local poststratify_options = check.options("PoststratifyOptions", {
  by = "texts!", totals = "table!", population = "population",
})

function weighting.poststratify(self, options)
  options = poststratify_options(options)
  if #options.by == 0 then check.fail("by needs the name of a column", "by") end
  local list = { margin_of(self, table.concat(options.by, JOINED), options.totals, options.population) }
  return calibrated(self, "post-stratification", list, nil)
end

local function check_bounds(name, value)
  check.value(name, value, "list")
  if #value ~= 2 then check.fail(("%s are two factors, such as { 0.5, 2 }"):format(name), name) end
  local lower, upper = check.value(name, value[1], "number"), check.value(name, value[2], "number")
  if not (lower >= 0 and lower < 1 and upper > 1) then
    check.fail(("%s are a factor below 1, from 0 on, and one above 1: not %s and %s"):format(name,
      core.text.number(lower), core.text.number(upper)), name)
  end
  return value
end

local calibrate_options = check.options("CalibrateOptions", {
  method = core.calibrate.methods(), bounds = check_bounds, totals = "table!", cases = "population",
})

function weighting.calibrate(self, options)
  options = calibrate_options(options)
  local method, list = options.method or "linear", {}
  if (method == "logit") ~= (options.bounds ~= nil) then
    check.fail(method == "logit" and "logit needs bounds, such as bounds = { 0.5, 2 }"
      or ("bounds are for method = 'logit': '%s' has none"):format(method), "bounds")
  end
  if options.cases then list[1] = { name = "cases", columns = {}, totals = { options.cases }, private = false } end
  for _, name in ipairs(check.keys(options.totals)) do
    local given = options.totals[name]
    list[#list + 1] = math.type(given) and {
      name = name, columns = { frames.column_number(self._units, name) }, private = false,
      totals = { check.value("the total of " .. name, given, "number") },
    } or margin_of(self, name, given)
  end
  if #list == 0 then check.fail("totals needs a total, such as gender = { F = 700, M = 3029 } or age = 9154", "totals") end
  return calibrated(self, method, list, method, options.bounds)
end

-- ---- other weights -----------------------------------------------------------------------------

--- A byte for each unit: whether it answered any question.
local function answered(self)
  local answers = {}
  for i, question in ipairs(self.questions) do answers[i] = self._answers[question] end
  return core.calibrate.answered(#self._units, answers)
end

local nonresponse_options = check.options("NonresponseOptions", { by = "texts", responded = "any" })

function weighting.nonresponse(self, options)
  options = nonresponse_options(options)
  local by, units = options.by or {}, self._units
  local responded, private = nil, false
  if options.responded ~= nil then
    local missing, asked
    responded, missing, asked = filter.flags(units, "responded", options.responded)
    frames.note_loss(units, "missing", missing, ("without a value in %s, did not respond"):format(asked))
  end
  if not responded and #self.questions == 0 then
    check.fail("say who responded, such as responded = { status = \"complete\" }: the answers have no question", "responded")
  end
  for _, name in ipairs(by) do private = private or units._private[name] or false end
  local design, classes = core.calibrate.respond(units._core, self._core, frames.column_numbers(units, by),
    responded or answered(self), private)
  local new = weighted(self, design, { method = "non-response" })
  new.classes = frames.new(classes, nil, { private = units._private })
  return new
end

local trim_options = check.options("TrimOptions", {
  lower = "number", upper = "number", unit = { "weight", "median", "mean" },
})

function weighting.trim(self, options)
  options = trim_options(options)
  if not (options.lower or options.upper) then check.fail("trim needs lower or upper", "upper") end
  local about = core.calibrate.summary(self._core)
  local unit = options.unit and options.unit ~= "weight" and about[options.unit] or 1
  local design, raised_ones, cut = core.calibrate.trim(self._core, (options.lower or 0) * unit,
    options.upper and options.upper * unit or about.sum)
  local words = {}
  if options.lower then words[1] = ("%d were raised to %s"):format(raised_ones, table_text.value(options.lower * unit)) end
  if options.upper then words[#words + 1] = ("%d were cut to %s"):format(cut, table_text.value(options.upper * unit)) end
  return weighted(self, design, { method = "trimming" }, { "of the weights " .. table.concat(words, ", ") })
end

function weighting.weights(self)
  local units = self._units
  local id = units.id and frames.column_number(units, units.id)
  return frames.new(core.calibrate.weights(units._core, id or 0, self._core, "weight"), nil,
    { id = units.id, private = units._private, made = "weights" })
end

return weighting
