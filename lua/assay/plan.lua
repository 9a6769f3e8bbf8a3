-- plan.lua: how many cases from where.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local allocate = require "assay.allocate"
local sources = require "assay.source"
local stages = require "assay.stages"
local total = allocate.total

local plan = {}

local Plan

--- A plan from a core handle and what core does not know of it: see `about` in plan.plan.
function plan.of_core(handle, about)
  return setmetatable({
    _core = handle,
    _about = about,
    size = core.plan.size(handle),
    strata = frames.new(core.plan.table(handle)),
    shortfall = about.shortfall,
  }, Plan)
end

-- ---- the plan --------------------------------------------------------------------------------

--- A frame, or a file that streams past.
local function check_frame(name, value)
  return check.is(value, "Source") and value or check.object(name, value, "Frame")
end

local function check_reserve(name, value)
  if value == 0 then return 0 end
  return check.value(name, value, "share")
end

--- One column and the most cases that each of its values may have.
local function check_cap(name, value)
  if type(value) ~= "table" then
    check.fail("cap must be a column and the most cases that one of its values may have: cap = { officer = 6 }", name)
  end
  local columns = check.keys(value)
  if #columns ~= 1 or type(columns[1]) ~= "string" then
    check.fail(("cap takes one column, such as cap = { officer = 6 }: this has %d"):format(#columns), name)
  end
  local most = check.value(("cap of '%s'"):format(core.text.quote(columns[1])), value[columns[1]], "count")
  if most == 0 then check.fail(("cap of '%s' must be at least 1"):format(core.text.quote(columns[1])), name) end
  return { column = columns[1], most = most }
end

local function with_sizes(options)
  for name, kind in next, allocate.options do options[name] = kind end
  return options
end

local plan_options = check.options("PlanOptions", with_sizes {
  frame = check_frame, id = "text", strata = "texts", size = "count", confidence = "share",
  margin = "share", proportion = "proportion", reserve = check_reserve, within = "texts", cap = check_cap,
  size_measure = "text", stages = stages.value,
})

local function column_number(frame, what, name)
  return core.frame.find(frame._core, name) or check.unknown(what, name, frame.columns)
end

--- The numbers of the columns named, of which none may stand twice.
local function column_numbers(frame, what, names)
  local columns, seen = {}, {}
  for i, name in ipairs(names) do
    columns[i] = column_number(frame, "column", name)
    if seen[name] then check.fail(("%s has '%s' twice"):format(what, core.text.quote(name)), what) end
    seen[name] = true
  end
  return columns
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

--- Sizes by stratum, their sum, and reserves where a rule gives those too.
local function find_sizes(labels, populations, options, notes)
  local population = total(populations)
  if options.proportion and not options.margin then
    check.fail("'proportion' is the share that confidence and margin are for: there is no margin", "proportion")
  end
  if type(options.allocation) == "table" then
    local sizes = allocate.explicit(labels, options.allocation, "allocation")
    if options.size and options.size ~= total(sizes) then
      check.fail(("size is %d, but the allocation adds up to %d"):format(options.size, total(sizes)), "size")
    end
    return sizes, total(sizes)
  end
  local size = find_size(options, population)
  if size > population then
    check.fail(("a sample of %d cannot be drawn from %d cases"):format(size, population), "size")
  end
  local sizes, reserves = allocate.by_rule(labels, populations, size, options, notes)
  return sizes, size, reserves
end

--- Sizes and reserves of the strata of a plan, with words on what is not there, and the sum of the sizes.
local function solve(handle, options, notes)
  local labels, populations = core.plan.labels(handle), core.plan.populations(handle)
  local sizes, size, reserves = find_sizes(labels, populations, options, notes)
  local find = options.rounding == "random" and core.plan.expected_reserves or core.plan.reserves
  local there, wanted = find(handle, sizes, options.reserve or 0)
  if not options.within then allocate.note_thin(labels, populations, sizes, notes) end
  if reserves then -- rounded with the sample: short only where a stratum has no case left
    for h, n in ipairs(reserves) do
      if sizes[h] + n < populations[h] then wanted[h] = n end
    end
  end
  reserves = reserves or there
  allocate.note_reserves(labels, populations, sizes, reserves, wanted, notes)
  return sizes, reserves, size
end

--- Gives the plan its sizes and reserves.
local function set_sizes(handle, options, notes)
  local sizes, reserves, size = solve(handle, options, notes)
  if options.rounding == "random" then
    core.plan.set_expected(handle, size, sizes, reserves)
  else
    core.plan.set(handle, sizes, reserves)
  end
  return sizes, reserves, size
end

--- Words on what the cells, and the cap on them, leave of each stratum's cases.
local function note_cells(handle, labels, sizes, reserves, options, notes)
  local left, spare = core.plan.sizes(handle), core.plan.reserve_sizes(handle)
  for h, label in ipairs(labels) do
    if left[h] + spare[h] < sizes[h] + reserves[h] then
      notes[#notes + 1] = ("stratum '%s' gets %d of %d cases and %d of %d reserves: with at most %d for each '%s' there is "
        .. "no room for more"):format(label, left[h], sizes[h], spare[h], reserves[h], options.cap.most,
        core.text.quote(options.cap.column))
    end
  end
  allocate.note_thin(labels, core.plan.populations(handle), left, notes)
  local none, alone = core.plan.without_chance(handle)
  if none > 0 then
    notes[#notes + 1] = ("%d of %d cases have probability 0, because the share of their '%s' rounds to no case%s"):format(
      none, total(core.plan.populations(handle)), core.text.quote(options.within[#options.within]),
      alone > 0 and (" (%d of them can be reserves)"):format(alone) or "")
  end
end

--- What stands below the strata: cells, or a cap alone.
local function set_cells(handle, frame, labels, sizes, reserves, options, notes)
  local cap = options.cap
  local column = cap and column_number(frame, "column", cap.column)
  if not options.within then
    if cap then frames.blame(frame, core.plan.cap, handle, column, cap.most) end
    return
  end
  if #options.within == 0 then check.fail("within names no column", "within") end
  local columns = column_numbers(frame, "within", options.within)
  if cap and cap.column ~= options.within[#options.within] then
    check.fail(("cap is for '%s', but the last column of within is '%s', whose cases it can move"):format(
      core.text.quote(cap.column), core.text.quote(options.within[#options.within])), "cap")
  end
  frames.blame(frame, core.plan.within, handle, columns, cap and cap.most or 0)
  note_cells(handle, labels, sizes, reserves, options, notes)
end

--- Probabilities in proportion to a column, with words on the cases that are certain.
local function set_measure(handle, frame, labels, options, notes)
  local name = options.size_measure
  if not name then return end
  for _, other in ipairs { "within", "cap" } do
    if options[other] then check.fail(("'size_measure' does not go with '%s'"):format(other), "size_measure") end
  end
  if options.rounding == "random" then
    check.fail("'size_measure' does not go with rounding = \"random\", which keeps the probabilities equal", "size_measure")
  end
  local certain = frames.blame(frame, core.plan.measure, handle, column_number(frame, "column", name))
  local populations = core.plan.populations(handle)
  for h, label in ipairs(labels) do
    if certain[h] > 0 then
      notes[#notes + 1] = ("stratum '%s': %d of %d cases %s '%s' is so large"):format(label, certain[h],
        populations[h], certain[h] == 1 and "is certain to be drawn, because its" or "are certain to be drawn, because their",
        core.text.quote(name))
    end
  end
end

--- What stands below the strata, and the sum of their sizes.
local function set_one_stage(handle, frame, labels, options, notes)
  local sizes, reserves, size = set_sizes(handle, options, notes)
  if frame then -- a list that streams past has neither
    set_cells(handle, frame, labels, sizes, reserves, options, notes)
    set_measure(handle, frame, labels, options, notes)
  end
  return size
end

--- Words on ids that are two to a program and one to whoever reads them.
local function note_alike(handle, notes)
  local n, row, other = core.plan.alike(handle)
  if n == 0 then return end
  notes[1] = ("the id of row %d is that of row %d but for its Unicode normal form%s: they are taken as different cases")
    :format(row, other, n > 1 and (", and so are those of %d more rows"):format(n - 1) or "")
end

--- What the manifest keeps of how the sizes were found; core writes what the draw needs.
local kept = { "size", "proportion", "rounding", "power", "sd", "cost", "minimum", "maximum" }

function plan.about(from)
  local about = { confidence = from.confidence, margin = from.margin, reserve = from.reserve,
    shortfall = from.shortfall, allocation = from.allocation }
  for _, name in ipairs(kept) do about[name] = from[name] end
  return about
end

--- Sizes, reserves and size of a plan that was read back, from what its manifest keeps of how they were
--- found; in two stages the units. The usual error where that is not possible.
function plan.solve_again(handle, about)
  local how, options = core.plan.how(handle), {}
  for _, name in ipairs { "allocation", "confidence", "margin", "reserve", table.unpack(kept) } do
    options[name] = about[name]
  end
  if options.margin then options.size = nil end -- which confidence and margin give
  options.within = how.within
  options.cap = how.cap and { [how.column] = how.cap }
  options = plan_options(options)
  allocate.check(options)
  if how.stages then return stages.solve_again(handle, options) end
  return solve(handle, options, {})
end

--- What only a list in memory can be asked for; of others that stream past it is read.
local in_memory = { "within", "cap", "size_measure", "stages" }

--- The frame of a plan, or a list that can stay where it is.
local function frame_of(options)
  local frame = options.frame or check.fail("'frame' is needed", "frame")
  if not check.is(frame, "Source") then return frame end
  if not sources.rewinds(frame) then return frame:collect() end
  for _, name in ipairs(in_memory) do
    if options[name] then return frame:collect() end
  end
  return nil, frame
end

local function no_case() check.refuse "there is no case to draw from: the frame has no rows" end

local function plan_frame(frame, id, strata)
  local columns = column_numbers(frame, "strata", strata)
  if #frame == 0 then no_case() end
  local handle = frames.blame(frame, core.plan.new, frame._core, column_number(frame, "id column", id), columns)
  local steps = {}
  for i, step in ipairs(frame.steps) do steps[i] = step end
  return handle, { source = frame.source, steps = steps }
end

local function plan_list(list, id, strata)
  local names, known, seen = sources.kept(list), {}, {}
  for _, name in ipairs(names) do known[name] = true end
  for _, name in ipairs(strata) do
    if not known[name] then check.unknown("column", name, names) end
    if seen[name] then check.fail(("strata has '%s' twice"):format(core.text.quote(name)), "strata") end
    seen[name] = true
  end
  if not known[id] then check.unknown("id column", id, names) end
  local handle, about = sources.plan(list, id, strata)
  if total(core.plan.populations(handle)) == 0 then no_case() end
  return handle, about
end

function plan.plan(options)
  options = plan_options(options)
  if options.stages then stages.check(options) end
  allocate.check(options)
  local frame, list = frame_of(options)
  local id = options.id or (frame or list).id
    or check.fail("a plan needs the column that names a case: give id", "id")
  local handle, known = (frame and plan_frame or plan_list)(frame or list, id, options.strata or {})
  local labels, notes, size = core.plan.labels(handle), {}, nil
  note_alike(handle, notes)
  if options.stages then
    stages.set(handle, frame, labels, options, notes)
  else
    size = set_one_stage(handle, frame, labels, options, notes)
  end
  for _, note in ipairs(notes) do core.record.note("shortfall", note) end

  local about = plan.about(options)
  about.allocation = type(options.allocation) == "table" and "by stratum" or options.allocation
  about.reserve, about.shortfall, about.size = options.reserve or 0, notes, size
  about.source, about.steps, about.private = known.source, known.steps, (frame or list).private
  about.id, about.strata, about.list = id, options.strata or {}, list
  return plan.of_core(handle, about)
end

-- ---- methods ---------------------------------------------------------------------------------

local methods = { simulate = "simulate" } -- what is only named stands in another file

local draw_options = check.options("DrawOptions", {
  seed = "text!", method = stages.methods, sort = "texts", serpentine = "boolean",
  apart_from = function(name, value) return require "assay.apart".check(name, value) end,
})

--- The columns to sort by, of which a "-" before the name turns one, by number.
local function sorting(self, names)
  local numbers, columns, descending = {}, {}, {}
  local known = core.plan.columns(self._core)
  for i, name in ipairs(known) do numbers[name] = i end
  for i, name in ipairs(names or {}) do
    local turned = not numbers[name] and name:match "^%-(.+)$"
    descending[i] = turned and true or false
    columns[i] = numbers[turned or name] or check.unknown("column", turned or name, known)
  end
  return columns, descending
end

--- The core handle of the same plan on the list in memory: of a list that streams past all columns, or
--- those of the plan and `columns`.
function plan.in_memory(self, columns)
  local about, list = self._about, self._about.list
  if not list then return self._core end
  local needed = columns and { about.id, table.unpack(about.strata) }
  for _, name in ipairs(columns or {}) do needed[#needed + 1] = name end
  local frame = sources.again(list, about.source, needed)
  local function number(name) return core.frame.find(frame, name) end
  local numbers = {}
  for i, name in ipairs(about.strata) do numbers[i] = number(name) end
  local handle = core.plan.new(frame, number(about.id), numbers)
  local sizes, reserves = core.plan.asked(self._core)
  if self.rounding == "random" then
    core.plan.set_expected(handle, self.size, sizes, reserves)
  else
    core.plan.set(handle, sizes, reserves)
  end
  return handle
end

--- The core handle to draw from: methods that walk through the list, and other samples' cases, need all of it.
local function core_of(self, options)
  local walks = options.method and options.method ~= "srs" and self.rounding ~= "random"
  return (walks or options.apart_from) and plan.in_memory(self) or self._core
end

function methods.draw(self, options)
  options = draw_options(options)
  if options.sort and #options.sort == 0 then check.fail("sort names no column", "sort") end
  for _, name in ipairs { "method", "sort", "serpentine" } do
    if self.stages and options[name] ~= nil then
      check.fail(("'%s' of a draw does not go with stages, which have their own: stages = { %s = }"):format(name, name), name)
    end
  end
  local columns, descending = sorting(self, options.sort)
  local handle, others = core_of(self, options), options.apart_from
  local drawn = core.draw.draw(handle, options.seed, options.method or "srs", columns, descending,
    options.serpentine or false, others and require "assay.apart".of(handle, others))
  core.record.seed(options.seed)
  local sample = require "assay.sample".of_core(drawn, self)
  require "assay.apart".note_seed(sample)
  return sample
end

local function per_cent(share) return core.text.number(tonumber(core.text.fixed(share * 100, 6))) end

local shown = { confidence = true, margin = true, reserve = true, allocation = true, rounding = true }

Plan = check.class("Plan", "plan", methods, function(self, key)
  if shown[key] then return self._about[key] end
  if key == "fingerprint" then return core.plan.fingerprint(self._core) end
  if key == "size_measure" or key == "stages" then return core.plan.how(self._core)[key] end
  if key == "status" then return core.plan.how(self._core).within and "model_based" or nil end
  if key == "zero_probability" then return (core.plan.without_chance(self._core)) end
  return nil, false
end)
Plan.fields = { "size", "strata", "shortfall", "confidence", "margin", "reserve", "allocation", "rounding", "fingerprint",
  "size_measure", "stages", "status", "zero_probability" }

--- What was asked for beside the size, in words.
local function manner(self)
  local how, about = core.plan.how(self._core), self._about
  local words = { "allocation " .. about.allocation }
  if about.rounding then words[#words + 1] = "rounding " .. about.rounding end
  if how.within then words[#words + 1] = "within " .. table.concat(how.within, ", ") end
  if how.cap then words[#words + 1] = ("at most %d for each '%s'"):format(how.cap, how.column) end
  if how.size_measure then words[#words + 1] = ("probabilities in proportion to '%s'"):format(how.size_measure) end
  return table.concat(words, ", ")
end

function Plan.__tostring(self)
  local lines, population = {}, total(core.plan.populations(self._core))
  for _, note in ipairs(self.shortfall) do lines[#lines + 1] = "note: " .. note end
  lines[#lines + 1] = ("%s, %s%s"):format(self.stages and stages.described(self.stages, self.size, population)
    or ("a sample of %d of %d cases"):format(self.size, population), manner(self),
    self.margin and (", for %s per cent confidence and a margin of %s points"):format(
      per_cent(self.confidence), per_cent(self.margin)) or "")
  lines[#lines + 1] = tostring(self.strata)
  return table.concat(lines, "\n")
end

return plan
