-- rating.lua: from percentages of key questions to the ratings of standards and of the whole.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"
local shared = require "assay.shared"

local rating = {}

-- The core's side of each scale, so that a scale itself holds only what can be printed and written.
local handles = setmetatable({}, { __mode = "k" })

-- What each scale was made from.
local values = setmetatable({}, { __mode = "k" })

-- ---- names of bands ----------------------------------------------------------------------------

local function band_names(scale)
  local names = {}
  for i, band in ipairs(scale.bands) do names[i] = band.name end
  return names
end

--- The number of the band of that name, from 1.
local function band_number(scale, name)
  if type(name) ~= "string" then return check.value("a rating", name, band_names(scale)) end
  for i, band in ipairs(scale.bands) do
    if band.name == name then return i end
  end
  return check.unknown("rating", name, band_names(scale))
end

-- ---- what is rated -----------------------------------------------------------------------------

local function check_percent(value)
  if value > 0 and value < 1 then
    return check.fail(("%s? write per cents here: %s"):format(core.text.number(value),
      table_text.short(100 * value)))
  end
  local whole = math.tointeger(value)
  if not whole or whole < 0 or whole > 100 then
    return check.fail(("a per cent to be rated is whole, from 0 to 100, as printed; %s is not: "
      .. "give its counts, { x =, relevant = }, instead"):format(core.text.number(value)))
  end
  return whole
end

local function check_counts(item)
  local x = check.value("x", item.x, "count")
  local relevant = check.value("relevant", item.relevant, "count")
  if x > relevant then
    return check.fail(("x is %d, but there are only %d relevant cases"):format(x, relevant), "x")
  end
  return { x = x, relevant = relevant }
end

--- What core rates: a whole per cent, or counts.
local function question(item)
  if type(item) == "table" then return check_counts(item) end
  return check_percent(check.value("a per cent", item, "number"))
end

--- The questions of a list or of a frame's rows, and what each is called.
local function questions_of(list)
  local questions, names = {}, {}
  local function add(item)
    questions[#questions + 1] = question(item)
    names[#questions] = type(item) == "table" and rawget(item, "question")
      or "question " .. #questions
  end
  if check.is(list, "Frame") then
    for row in list:rows() do add(row) end
  else
    for _, item in ipairs(check.value("the questions", list, "list")) do add(item) end
  end
  return questions, names
end

-- ---- a standard --------------------------------------------------------------------------------

local discretion_options = check.options("DiscretionOptions", { rating = "text!", why = "text" })

local function check_discretion(_, value)
  local discretion = discretion_options(value)
  if not (discretion.why or ""):find "%S" then
    return check.fail("a discretion needs 'why': the reason that is printed beside the rating", "why")
  end
  return discretion
end

local standard_options = check.options("StandardOptions", { discretion = check_discretion })

local reasons_in_words = {
  near_edge = "the lowest share lies near an edge of its band",
  few_cases = "few cases judged differently would change the rating",
  small_sample = "a question that holds the rating has few relevant cases",
}

local function plural(n, one, many)
  return ("%d %s"):format(n, n == 1 and one or many)
end

--- What is to be said beside the rating, in words, or nil.
local function note_of(found, given, discretion, driver)
  local notes = {}
  if found.left_out > 0 then
    notes[#notes + 1] = plural(found.left_out, "question has", "questions have")
      .. " no relevant case and is left out"
    if found.left_out > 1 then notes[#notes] = notes[#notes]:gsub("is left", "are left") end
  end
  if found.disputed then
    notes[#notes + 1] = ("how %s is rounded decides its band"):format(driver)
  end
  if discretion then
    notes[#notes + 1] = ("by discretion, %s by percentages: %s"):format(found.rating, discretion.why)
    local steps = math.abs(given - found.band)
    if steps > 1 then notes[#notes + 1] = ("the discretion moves the rating by %d bands"):format(steps) end
    if steps > 0 and #found.reasons == 0 then
      notes[#notes + 1] = "none of the scale's reasons for discretion is present"
    end
  end
  return #notes > 0 and table.concat(notes, "; ") or nil
end

local function show_standard(self)
  local lines = { ("%s (%s)"):format(self.rating, plural(self.points, "point", "points")) }
  lines[2] = ("lowest: %s"):format(self.driver_name)
  if self.to_next_points > 0 then
    lines[#lines + 1] = ("to %s: %s percentage points%s"):format(self.next_rating,
      core.text.number(self.to_next_points),
      self.to_next_cases and ", " .. plural(self.to_next_cases, "case", "cases") or "")
  end
  for _, reason in ipairs(self.reasons) do
    lines[#lines + 1] = "discretion is possible: " .. reasons_in_words[reason]
  end
  if self.note then lines[#lines + 1] = self.note end
  if #self.assumed > 0 then
    lines[#lines + 1] = "assumed, not verified: " .. table.concat(self.assumed, ", ")
  end
  return table.concat(lines, "\n")
end

local standard_result = check.result("Standard", {
  "rating", "points", "driver", "driver_name", "next_rating", "to_next_points", "to_next_cases",
  "discretion_possible", "reasons", "by_percentages", "discretion", "left_out", "note", "assumed",
}, show_standard)

-- `missing` is of a whole that is not rated (annex.lua).
local overall_fields = { "rating", "points", "maximum", "assumed", "missing" }

local function overall_words(overall)
  return ("%s (%d of %d points)"):format(overall.rating, overall.points, overall.maximum)
end

local overall_result = check.result("Overall", overall_fields, function(self)
  if #self.assumed == 0 then return overall_words(self) end
  return overall_words(self) .. "\nassumed, not verified: " .. table.concat(self.assumed, ", ")
end)

-- The rules that say how ratings are added up, as the shipped scales call them.
local adding = { overall = true, not_weighted = true, maximum = true, standards = true }

--- The ids of the unverified ones among them.
local function assumed_in_adding(scale)
  local list = {}
  for _, rule in ipairs(scale.assumptions) do
    if adding[rule.id] then list[#list + 1] = rule.id end
  end
  return list
end

-- ---- the scale ---------------------------------------------------------------------------------

local methods = { solve = "solve", probability = "posterior", chance = "chance" }

function methods:band(percent)
  local item = question(percent)
  local number
  if type(item) == "table" then
    if item.relevant == 0 then
      return check.fail("without a relevant case there is no band", "relevant")
    end
    number = core.rating.of_counts(handles[self], item.x, item.relevant)
  else
    number = core.rating.of_percent(handles[self], item)
  end
  return self.bands[number].name, self.bands[number].points
end

local function ids(rules)
  local list = {}
  for i, rule in ipairs(rules) do list[i] = rule.id end
  return list
end

function methods:standard(list, options)
  local o = standard_options(options)
  local questions, names = questions_of(list)
  if #questions == 0 then return check.fail("a standard needs at least one question") end
  local found = core.rating.standard(handles[self], questions)
  found.rating = self.bands[found.band].name
  local above = self.bands[found.band + 1]
  local given = o.discretion and band_number(self, o.discretion.rating) or found.band
  return setmetatable({
    rating = self.bands[given].name, points = self.bands[given].points,
    by_percentages = found.rating, discretion = o.discretion,
    driver = found.driver, driver_name = names[found.driver],
    next_rating = above and above.name,
    to_next_points = found.to_next_points, to_next_cases = found.to_next_cases,
    discretion_possible = #found.reasons > 0, reasons = found.reasons, left_out = found.left_out,
    note = note_of(found, given, o.discretion, names[found.driver]),
    assumed = ids(self.assumptions),
  }, standard_result)
end

local points_options = check.options("OverallPoints", { points = "count!", standards = "count!" })

--- Points that were added up already.
local function overall_of_points(scale, given)
  local o = points_options(given)
  if o.standards < 1 then return check.fail("standards must be a count from 1 on, not 0", "standards") end
  return core.rating.of_points(handles[scale], o.points, o.standards)
end

local function overall_of_ratings(scale, ratings)
  local numbers = {}
  for i, item in ipairs(check.value("the ratings", ratings, "list")) do
    numbers[i] = band_number(scale, check.is(item, "Standard") and item.rating or item)
  end
  if #numbers == 0 then return check.fail("an overall rating needs at least one rating") end
  return core.rating.overall(handles[scale], numbers)
end

function methods:overall(ratings)
  check.value("the ratings", ratings, "table")
  local added = rawget(ratings, "points") ~= nil or rawget(ratings, "standards") ~= nil
  local band, points, maximum = (added and overall_of_points or overall_of_ratings)(self, ratings)
  return setmetatable({ rating = self.bands[band].name, points = points, maximum = maximum,
    assumed = assumed_in_adding(self) }, overall_result)
end

local Scale = check.class("Scale", "scale", methods)
Scale.fields = { "id", "title", "bands", "rules", "assumptions" }

local function band_lines(scale)
  local lines = {}
  for i, band in ipairs(scale.bands) do
    local above = scale.bands[i + 1]
    local reach = above and ("%d to under %d"):format(band.from, above.from)
      or ("%d and over"):format(band.from)
    lines[i] = ("  %s: %s per cent, %s"):format(band.name, reach, plural(band.points, "point", "points"))
  end
  return lines
end

function Scale:__tostring()
  local lines = band_lines(self)
  table.insert(lines, 1, self.title)
  if #self.assumptions > 0 then lines[#lines + 1] = "assumed, not verified:" end
  for _, rule in ipairs(self.assumptions) do
    lines[#lines + 1] = ("  %s: %s"):format(rule.id, rule.text)
  end
  return table.concat(lines, "\n")
end

local function unverified(rules)
  local list = {}
  for _, rule in ipairs(rules) do
    if not rule.verified then list[#list + 1] = rule end
  end
  return list
end

local function build(value, path)
  local handle = shared.blame(path, core.rating.scale, value)
  local about = core.rating.about(handle)
  about.assumptions = unverified(about.rules)
  handles[about], values[about] = handle, value
  return setmetatable(about, Scale)
end

local rounded_how = {
  half_up = "The band is that of the share rounded to a whole per cent, halves up.",
  none = "The band is that of the share as it is, not rounded.",
}

--- A scale that rounds otherwise, and has a rule that says so.
local function with_rounding(scale, how)
  local value, rules = {}, {}
  for key, of in next, values[scale] do value[key] = of end
  for _, rule in ipairs(value.rules) do
    if rule.id ~= "rounding" then rules[#rules + 1] = rule end
  end
  rules[#rules + 1] = { id = "rounding", text = rounded_how[how], source = "Chosen for this analysis.", verified = false }
  value.rounding, value.rules = how, core.json.list(rules)
  return build(value)
end

local scale_options = check.options("ScaleOptions", { rounding = { "half_up", "none" } })

function rating.scale(from, options)
  local o = scale_options(options)
  local value, path, scale = from, nil, check.is(from, "Scale") and from or nil
  if type(from) == "string" then value, path = shared.find("scales", from) end
  if type(value) ~= "table" then
    return check.fail("a scale is a name, the name of a .json file, or a table", "scale")
  end
  scale = scale or build(value, path)
  if o.rounding and o.rounding ~= values[scale].rounding then return with_rounding(scale, o.rounding) end
  return scale
end

return {
  rating = check.group("rating", rating), handles = handles, band_number = band_number, overall_fields = overall_fields,
  overall_words = overall_words, assumed_in_adding = assumed_in_adding,
}
