-- plan.lua: how many cases from where.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local plan = {}

local Plan

--- A plan from a core handle and what core does not know of it: see `about` in plan.plan.
function plan.of_core(handle, about)
  local sizes, size = core.plan.sizes(handle), 0
  for _, n in ipairs(sizes) do size = size + n end
  return setmetatable({
    _core = handle,
    _about = about,
    size = size,
    strata = frames.new(core.plan.table(handle)),
    shortfall = about.shortfall,
  }, Plan)
end

-- ---- sizes -----------------------------------------------------------------------------------

--- One number for each stratum: from one number for all, or from a table by label.
local function by_stratum(name, labels, value, default)
  local list, known = {}, {}
  for h, label in ipairs(labels) do known[label] = h end
  if type(value) == "table" then
    for _, label in ipairs(check.keys(value)) do
      if not known[label] then check.unknown("stratum in " .. name, label, labels) end
    end
  end
  for h, label in ipairs(labels) do
    local own = value
    if type(value) == "table" then own = value[label] end
    list[h] = own == nil and default(h) or check.value(name, own, "count")
  end
  return list
end

local function total(list)
  local sum = 0
  for _, n in ipairs(list) do sum = sum + n end
  return sum
end

--- The sizes that a table by label gives: each stratum is named, or it is not known what was meant.
local function explicit_sizes(labels, wanted)
  return by_stratum("allocation", labels, wanted, function(h)
    return check.fail(("allocation names no number for stratum '%s'"):format(labels[h]), "allocation")
  end)
end

--- The default minimum is nobody's wish: where it cannot be had, that is said in its own words.
local function check_default_minimum(minimum, size)
  local needed = total(minimum)
  if needed <= size then return end
  check.fail(("%s %d cases at 2 in each, because 1 case has no variance; the sample has %d: "
    .. "give minimum = 1, or fewer strata"):format(
    #minimum == 1 and "1 stratum needs" or #minimum .. " strata need", needed, size), "size")
end

--- Proportional sizes within minimum and maximum, and words on each stratum that the minimum raised.
local function proportional_sizes(labels, populations, size, options, notes)
  local minimum = by_stratum("minimum", labels, options.minimum, function(h) return math.min(2, populations[h]) end)
  local maximum = by_stratum("maximum", labels, options.maximum, function(h) return populations[h] end)
  local none = {}
  for h, n in ipairs(populations) do
    minimum[h], maximum[h], none[h] = math.min(minimum[h], n), math.min(maximum[h], n), 0
  end
  if options.minimum == nil then check_default_minimum(minimum, size) end
  local sizes = core.allocate.allocate(size, populations, minimum, maximum)
  local free = core.allocate.allocate(size, populations, none, maximum)
  for h, label in ipairs(labels) do
    if sizes[h] > free[h] and sizes[h] == minimum[h] then
      notes[#notes + 1] = ("stratum '%s' gets %d of its %d cases where its share is %d: the minimum raises it")
        :format(label, sizes[h], populations[h], free[h])
    end
  end
  return sizes
end

--- Words on each stratum with too few cases to be estimated from.
local function note_thin(labels, populations, sizes, notes)
  for h, label in ipairs(labels) do
    if sizes[h] == 0 or sizes[h] == 1 and populations[h] > 1 then
      notes[#notes + 1] = ("stratum '%s' gets %d of its %d cases: %s"):format(label, sizes[h], populations[h],
        sizes[h] == 0 and "the sample says nothing of it" or "1 case has no variance")
    end
  end
end

--- Words on each stratum that cannot give the reserves asked for.
local function note_reserves(labels, populations, sizes, reserves, wanted, notes)
  for h, label in ipairs(labels) do
    if reserves[h] < wanted[h] then
      notes[#notes + 1] = ("stratum '%s': %d of %d leave %d reserve%s, not %d")
        :format(label, sizes[h], populations[h], reserves[h], reserves[h] == 1 and "" or "s", wanted[h])
    end
  end
end

-- ---- the plan --------------------------------------------------------------------------------

--- A frame; a file that streams past is read into one.
local function check_frame(name, value)
  return check.object(name, check.is(value, "Source") and value:collect() or value, "Frame")
end

local function check_allocation(name, value)
  if type(value) == "table" then return value end
  return check.value(name, value, { "proportional" })
end

local function check_by_label(name, value)
  if type(value) == "table" then return value end
  return check.value(name, value, "count")
end

local function check_reserve(name, value)
  if value == 0 then return 0 end
  return check.value(name, value, "share")
end

local plan_options = check.options("PlanOptions", {
  frame = check_frame, id = "text", strata = "texts", size = "count", confidence = "share",
  margin = "share", proportion = "proportion", allocation = check_allocation,
  minimum = check_by_label, maximum = check_by_label, reserve = check_reserve,
})

local function column_number(frame, what, name)
  return core.frame.find(frame._core, name) or check.unknown(what, name, frame.columns)
end

--- The size asked for, or the one that confidence and margin need.
local function find_size(options, population)
  if options.size and options.margin then check.fail "give either size, or confidence and margin" end
  if options.size then return options.size end
  if not (options.confidence and options.margin) then
    check.fail "a plan needs size, or confidence and margin, or allocation by stratum"
  end
  return (require "assay.size".sample_size {
    population = population, confidence = options.confidence, margin = options.margin,
    proportion = options.proportion,
  })
end

function plan.plan(options)
  options = plan_options(options)
  local frame = options.frame or check.fail("'frame' is needed", "frame")
  local id = options.id or frame.id
    or check.fail("a plan needs the column that names a case: give id", "id")
  local columns, seen = {}, {}
  for i, name in ipairs(options.strata or {}) do
    columns[i] = column_number(frame, "column", name)
    if seen[name] then check.fail(("strata has '%s' twice"):format(core.text.quote(name)), "strata") end
    seen[name] = true
  end
  if #frame == 0 then check.refuse "there is no case to draw from: the frame has no rows" end
  local handle = frames.blame(frame, core.plan.new, frame._core, column_number(frame, "id column", id), columns)
  local labels, populations, notes = core.plan.labels(handle), core.plan.populations(handle), {}

  local sizes
  if type(options.allocation) == "table" then
    sizes = explicit_sizes(labels, options.allocation)
    if options.size and options.size ~= total(sizes) then
      check.fail(("size is %d, but the allocation adds up to %d"):format(options.size, total(sizes)), "size")
    end
  else
    local size = find_size(options, #frame)
    if size > #frame then
      check.fail(("a sample of %d cannot be drawn from %d cases"):format(size, #frame), "size")
    end
    sizes = proportional_sizes(labels, populations, size, options, notes)
  end
  note_thin(labels, populations, sizes, notes)
  local share = options.reserve or 0
  local reserves, wanted = core.plan.reserves(handle, sizes, share)
  note_reserves(labels, populations, sizes, reserves, wanted, notes)
  core.plan.set(handle, sizes, reserves)
  for _, note in ipairs(notes) do core.record.note("shortfall", note) end

  local steps = {}
  for i, step in ipairs(frame.steps) do steps[i] = step end
  return plan.of_core(handle, {
    confidence = options.confidence, margin = options.margin, reserve = share, shortfall = notes,
    allocation = type(options.allocation) == "table" and "by stratum" or "proportional",
    source = frame.source, steps = steps, private = frame.private, id = id, strata = options.strata or {},
  })
end

-- ---- methods ---------------------------------------------------------------------------------

local methods = {}

local draw_options = check.options("DrawOptions", { seed = "text!", method = { "srs" } })

function methods.draw(self, options)
  options = draw_options(options)
  local drawn = core.draw.draw(self._core, options.seed)
  core.record.seed(options.seed)
  return require "assay.sample".of_core(drawn, self)
end

local function per_cent(share) return core.text.number(tonumber(core.text.fixed(share * 100, 6))) end

Plan = check.class("Plan", "plan", methods, function(self, key)
  local about = self._about
  if key == "confidence" or key == "margin" or key == "reserve" or key == "allocation" then return about[key] end
  if key == "fingerprint" then return core.plan.fingerprint(self._core) end
  return nil, false
end)
Plan.fields = { "size", "strata", "shortfall", "confidence", "margin", "reserve", "allocation", "fingerprint" }

function Plan.__tostring(self)
  local lines, population = {}, total(core.plan.populations(self._core))
  for _, note in ipairs(self.shortfall) do lines[#lines + 1] = "note: " .. note end
  lines[#lines + 1] = ("a sample of %d of %d cases, allocation %s%s"):format(self.size, population, self.allocation,
    self.margin and (", for %s per cent confidence and a margin of %s points"):format(
      per_cent(self.confidence), per_cent(self.margin)) or "")
  lines[#lines + 1] = tostring(self.strata)
  return table.concat(lines, "\n")
end

return plan
