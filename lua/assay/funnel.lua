-- funnel.lua: units against the limits within which chance alone would hold them.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"
local frames = require "assay.frame"

local funnel = {}

-- ---- what is asked ---------------------------------------------------------------------------

--- Confidences as a list: shares, each above the one before.
local function confidences(name, value)
  if type(value) ~= "table" then value = { value } end
  check.value(name, value, "list")
  if #value == 0 then return check.fail(name .. " has no level: write { 0.80, 0.95 }", name) end
  local list = {}
  for i, level in ipairs(value) do
    list[i] = check.value(("%s[%d]"):format(name, i), level, "share")
    if i > 1 and list[i] <= list[i - 1] then
      return check.fail(("%s must rise from one to the next: %s stands behind %s"):format(name,
        core.text.number(list[i]), core.text.number(list[i - 1])), name)
    end
  end
  return list
end

local function winsorise(name, value)
  check.value(name, value, "number")
  if value >= 0 and value < 0.5 then return value end
  return check.fail(("%s is the share of units at each end that is brought in, from 0 to below 0.5, not %s"):format(name,
    core.text.number(value)), name)
end

local function target(name, value)
  check.value(name, value, "number")
  if value >= 0 then return value end
  return check.fail(("%s is a share or a rate, not %s"):format(name, core.text.number(value)), name)
end

local funnel_options = check.options("FunnelOptions", {
  units = function(name, value) return check.object(name, value, "Frame") end,
  events = "text!", trials = "text", exposure = "text", populations = "text", target = target, confidence = confidences,
  method = { "exact", "mirrored", "normal" }, overdispersion = { "inflate", "report" }, winsorise = winsorise,
  ranks = "share",
})

local function check_together(o)
  if not o.units then check.fail("'units' is needed: a frame with a row for each", "units") end
  if not o.confidence then check.fail("'confidence' is needed", "confidence") end
  if (o.trials == nil) == (o.exposure == nil) then
    check.fail("give trials, of which the events are some, or exposure, during which they came about", "trials")
  end
  if o.exposure and o.populations then
    check.fail("'populations' are what trials are drawn from: they mean nothing beside exposure", "populations")
  end
  if o.target and o.trials then check.value("target", o.target, "proportion") end
end

-- ---- the columns of the units ----------------------------------------------------------------

--- Refuses the cell of a row, in words that fit `what` the column holds.
local function refuse_cell(units, name, row, wanted)
  local words, where = frames.place(units, row)
  local value = units:column(name)[row]
  check.refuse(("%s, column '%s': %s"):format(words, core.text.quote(name), value == nil and "there is no value"
    or ("'%s' is not %s"):format(units._private[name] and "***" or core.text.quote(tostring(value)), wanted)), where)
end

local function counts(units, name)
  if not name then return nil end
  frames.column_number(units, name)
  local column, row = core.interval.counts(units:column(name))
  return column or refuse_cell(units, name, row, "a count")
end

--- The numbers of a column, none of them missing.
local function numbers(units, name)
  if not name then return nil end
  local kind = core.frame.type(units._core, frames.column_number(units, name))
  if kind ~= "integer" and kind ~= "number" then
    check.fail(("column '%s' holds no numbers"):format(core.text.quote(name)), name)
  end
  local list = units:column(name):list()
  for row = 1, #units do
    if list[row] == nil then refuse_cell(units, name, row, "a number") end
  end
  return list
end

--- "95" and "99.8"; with digits enough that what is near 1 is not told as 100.
local function per_cent(confidence) return core.text.number(tonumber(("%.12g"):format(100 * confidence))) end

--- "95" and "99_8", as the names of columns have them.
local function label(confidence) return (per_cent(confidence):gsub("%.", "_")) end

--- Refuses units that have a column of a name that the result is to have.
local function check_names(units, labels, o)
  local taken = { o.trials and "share" or "rate", "z", "p_value", "outside", "flag" }
  for _, level in ipairs(labels) do
    taken[#taken + 1], taken[#taken + 2] = "lower_" .. level, "upper_" .. level
  end
  if o.ranks then table.move({ "rank", "rank_from", "rank_to" }, 1, 3, #taken + 1, taken) end
  for _, name in ipairs(taken) do
    if core.frame.find(units._core, name) then
      check.fail(("the units have a column '%s', as the funnel is to have: rename or drop it"):format(name), name)
    end
  end
  return taken
end

-- ---- what is said beneath --------------------------------------------------------------------

local laws = {
  share = "binomial", finite = "hypergeometric", rate = "Poisson",
}

local function show_target(o, value)
  if o.exposure then return core.text.fixed(value, 3) end
  return core.text.fixed(100 * value, 1) .. "%"
end

local function method_words(o, about)
  if about.inflated then return "normal limits, inflated" end
  if o.method == "normal" then return "normal limits" end
  return ("%s %s limits"):format(o.method, laws[o.exposure and "rate" or o.populations and "finite" or "share"])
end

local function p_words(p) return p < 0.0001 and ", p < 0.0001" or ", p = " .. core.text.fixed(p, 4) end

local function dispersion_words(o, about)
  if not about.phi then return "over-dispersion: not to be told, chance does nothing here" end
  local why = about.inflated and "limits are inflated by its root"
    or o.overdispersion == "report" and "reported alone" or "no more than chance gives: limits are as they were"
  return ("over-dispersion: phi %s (%s of the units brought in at each end), chi-squared %s%s; %s"):format(
    core.text.fixed(about.phi, 2), table_text.short(100 * o.winsorise) .. "%", core.text.fixed(about.chi_squared, 1),
    about.p_value and p_words(about.p_value) or "", why)
end

local function below(o, about, rows)
  local lines = {
    ("target %s (%s); %s"):format(show_target(o, about.target), o.target and "given" or "pooled", method_words(o, about)),
    dispersion_words(o, about),
  }
  for i, level in ipairs(o.confidence) do
    lines[#lines + 1] = ("outside %s%% limits: %d of %d units, %s expected by chance"):format(per_cent(level),
      about.outside[i], about.used, core.text.fixed(about.used * (1 - level), 1))
  end
  if about.drawn_alone > 0 then
    lines[#lines + 1] = ("%d beyond the limits drawn by less than a test needs: not flagged"):format(about.drawn_alone)
  end
  if about.used < rows then
    lines[#lines + 1] = ("%d without %s: no share, no flag"):format(rows - about.used, o.trials and "trials" or "exposure")
  end
  if o.populations and about.tested < about.used then
    lines[#lines + 1] = ("%d inspected whole, or held against a target without chance: in no over-dispersion"):format(
      about.used - about.tested)
  end
  if o.ranks then
    lines[#lines + 1] = ("ranks from the highest down; all of rank_from to rank_to hold together at %s%%"):format(
      per_cent(o.ranks))
  end
  return table.concat(lines, "\n")
end

-- ---- the funnel ------------------------------------------------------------------------------

local about_result = check.result("FunnelAbout", { "target", "phi", "inflated", "chi_squared", "p_value", "used", "tested",
  "outside", "drawn_alone" }, function(self)
  return ("target %s, phi %s"):format(table_text.short(self.target), self.phi and table_text.short(self.phi) or "NA")
end)

local function private_columns(units, o, names)
  local private = {}
  for name, value in next, units._private do private[name] = value end
  for _, given in ipairs { o.events, o.trials or o.exposure, o.populations } do
    for _, name in ipairs(names) do private[name] = private[name] or units._private[given] end
  end
  return private
end

function funnel.funnel(options)
  local o = funnel_options(options)
  check_together(o)
  o.method, o.overdispersion, o.winsorise = o.method or "exact", o.overdispersion or "inflate", o.winsorise or 0.10
  local units, labels = o.units, {}
  for i, level in ipairs(o.confidence) do labels[i] = label(level) end
  for i = 2, #labels do
    if labels[i] == labels[i - 1] then check.fail(("confidences are too close: two are %s%%"):format(labels[i]), "confidence") end
  end
  local names = check_names(units, labels, o)
  local handle, about = frames.blame(units, core.funnel.compute, units._core, counts(units, o.events),
    counts(units, o.trials), numbers(units, o.exposure), counts(units, o.populations), {
      target = o.target, confidences = o.confidence, method = o.method, winsorise = o.winsorise,
      inflate = o.overdispersion == "inflate", ranks = o.ranks,
    }, labels)
  local result = frames.new(handle, nil, { private = private_columns(units, o, names), made = "funnel" })
  if about.used < #units then
    core.record.note("funnel", ("%s: %d of %d units have no %s"):format(frames.called(units), #units - about.used, #units,
      o.trials and "trials" or "exposure"))
  end
  rawset(result, "about", setmetatable(about, about_result))
  rawset(result, "_below", below(o, about, #units))
  return result
end

return funnel
