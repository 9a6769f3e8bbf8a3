-- apart.lua: samples kept apart from others, how far two overlap, and seeds used twice.

local core = require "assay.core"
local check = require "assay.check"

local apart = {}

local function cases(n) return ("%d case%s"):format(n, n == 1 and "" or "s") end

--- The core handle of a sample whose list is in memory: what it has in common with others is looked up there.
local function handle_of(sample)
  if not core.draw.how(sample._core).listed then return sample._core end
  return check.fail("a sample of a list that streams past is compared with no other: write it and open its folder, "
    .. "or plan with a list that was read")
end

-- ---- kept apart ------------------------------------------------------------------------------

--- A list of samples, as an option.
function apart.check(name, value)
  check.value(name, value, "list")
  if #value == 0 then check.fail(name .. " names no sample", name) end
  for i, other in ipairs(value) do check.object(("%s, number %d,"):format(name, i), other, "Sample") end
  return value
end

--- What a draw takes: core's own account of the cases that other samples have drawn.
function apart.of(plan, others)
  local handles = {}
  for i, other in ipairs(others) do handles[i] = handle_of(other) end
  return core.apart.of(plan, handles)
end

--- Adds words on the cases that had to be drawn all the same.
function apart.note(handle, plan, notes)
  local about = core.apart.about(handle)
  if not about then return end
  local sizes, reserves = core.draw.sizes(handle)
  for h, label in ipairs(core.plan.labels(plan._core)) do
    local sample, spare = about.in_sample[h], about.in_reserves[h]
    if sample + spare > 0 then
      notes[#notes + 1] = ("stratum '%s': %d of %s and %d of %d reserves are in the other samples too: too few are in none")
        :format(label, sample, cases(sizes[h]), spare, reserves[h])
    end
  end
end

--- In words, or nil.
function apart.words(handle)
  local about = core.apart.about(handle)
  return about and ("kept apart from %d other sample%s, which had drawn %s of this list"):format(about.samples,
    about.samples == 1 and "" or "s", cases(about.taken)) or nil
end

-- ---- overlap ---------------------------------------------------------------------------------

local roles = { "sample", "reserve", "lost" }

local function per_cent(part, whole)
  return whole > 0 and (" (%s per cent)"):format(core.text.fixed(100 * part / whole, 1)) or ""
end

local Overlap = check.result("Overlap",
  { "count", "share", "other_share", "size", "other_size", "expected", "at_most", "listed", "same_seed", "roles" },
  function(self)
    local lines = {}
    if self.same_seed and self.listed > 0 then
      lines[1] = ("note: both were drawn under one seed: cases in both lists have the same tickets, and the samples overlap "
        .. "more than by chance")
    end
    lines[#lines + 1] = ("%s in both samples: of %d%s and of %d%s; %s in both lists"):format(cases(self.count), self.size,
      per_cent(self.count, self.size), self.other_size, per_cent(self.count, self.other_size), cases(self.listed))
    lines[#lines + 1] = ("%s expected of independent draws, %d at most"):format(core.text.fixed(self.expected, 1),
      self.at_most)
    lines[#lines + 1] = tostring(self.roles)
    return table.concat(lines, "\n")
  end)

function apart.overlap(self, other)
  local found, rows = core.apart.overlap(handle_of(self), handle_of(check.object("the other sample", other, "Sample"))), {}
  for i, role in ipairs(roles) do rows[i] = { role, table.unpack(found.roles[i]) } end
  return setmetatable({
    count = found.both, size = found.size, other_size = found.other_size,
    share = found.size > 0 and found.both / found.size or nil,
    other_share = found.other_size > 0 and found.both / found.other_size or nil,
    expected = found.expected, at_most = found.at_most, listed = found.shared, same_seed = found.same_seed,
    roles = require "assay.source".frame { columns = { "role", table.unpack(roles) }, rows = rows,
      types = { role = "text", sample = "integer", reserve = "integer", lost = "integer" } },
  }, Overlap)
end

-- ---- one seed, two lists ---------------------------------------------------------------------

-- The last draws, by number and by seed, with the ids of their lists: as many as have a million cases together.
local MOST = 1000000
local draws, by_seed, first, last, held = {}, {}, 1, 0, 0

local function drop()
  local draw = draws[first]
  local same = by_seed[draw.seed]
  table.remove(same, 1)
  if #same == 0 then by_seed[draw.seed] = nil end
  draws[first], first, held = nil, first + 1, held - draw.rows
end

local function keep(draw)
  last, held = last + 1, held + draw.rows
  draws[last] = draw
  by_seed[draw.seed] = by_seed[draw.seed] or {}
  table.insert(by_seed[draw.seed], draw)
  while held > MOST do drop() end
end

--- Tells where a seed draws from two plans whose lists, in memory, share cases. That of one plan, drawn again, is the
--- same sample.
function apart.note_seed(sample)
  local plan, seed, rows = sample.plan, sample.seed, core.draw.population(sample._core)
  if rows > MOST or plan._about.list then return end
  local ids, most = core.plan.ids(plan._core), 0
  for _, draw in ipairs(by_seed[seed] or {}) do
    if draw.plan == plan._about then return end
    most = math.max(most, core.apart.shared(ids, draw.ids))
  end
  keep { seed = seed, plan = plan._about, ids = ids, rows = rows }
  if most > 0 then
    core.record.note("warning", ("the seed %s draws from two lists that share %s, which have the same tickets in both: "
      .. "the samples overlap more than by chance"):format(seed, cases(most)))
  end
end

return apart
