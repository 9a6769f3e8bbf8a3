-- sample.lua: which cases, and the folder that proves it.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local plans = require "assay.plan"
local sources = require "assay.source"
local stages = require "assay.stages"
local total = require "assay.allocate".total
local proof = require "assay.proof"

local sample = {}

local Sample

--- A frame that a sample shows, with the id and the private columns of the list it came from.
local function shown(self, handle)
  local about = self.plan._about
  return frames.new(handle, { id = about.id, private = about.private })
end

--- Words on a size that is random, and on the strata of which it left nothing.
local function note_size(handle, plan, notes)
  local method, sizes = core.draw.how(handle).method, core.draw.sizes(handle)
  local asked, drawn = core.plan.sizes(plan._core), total(sizes)
  notes[1] = ("the size of a sample by %s is random: %d case%s drawn where %d %s expected"):format(method, drawn,
    drawn == 1 and " was" or "s were", plan.size, plan.size == 1 and "was" or "were")
  for h, label in ipairs(core.plan.labels(plan._core)) do
    if sizes[h] == 0 and asked[h] > 0 then
      notes[#notes + 1] = ("stratum '%s' gives no case where %d %s expected: the sample says nothing of it"):format(label,
        asked[h], asked[h] == 1 and "was" or "were")
    end
  end
end

--- Words on what a cap, or chance, left a stratum short of, and on the probabilities.
local function find_shortfall(handle, plan)
  local notes, passed, how = {}, core.draw.passed(handle), core.plan.how(plan._core)
  if core.draw.how(handle).random_size then note_size(handle, plan, notes) end
  require "assay.apart".note(handle, plan, notes)
  if passed == 0 then return notes end
  local sizes, reserves = core.draw.sizes(handle)
  local asked, spare = core.plan.sizes(plan._core), core.plan.reserve_sizes(plan._core)
  for h, label in ipairs(core.plan.labels(plan._core)) do
    if sizes[h] < asked[h] or reserves[h] < spare[h] then
      notes[#notes + 1] = ("stratum '%s' gives %d of %d cases and %d of %d reserves: all others have a '%s' with %d already")
        :format(label, sizes[h], asked[h], reserves[h], spare[h], how.column, how.cap)
    end
  end
  notes[#notes + 1] = ("%d case%s passed over because their '%s' has %d already: probabilities are estimated by 10,000 replays")
    :format(passed, passed == 1 and " was" or "s were", how.column, how.cap)
  return notes
end

local function kind_of_probabilities(handle)
  if core.draw.passed(handle) > 0 then return "estimated" end
  local about = core.apart.about(handle)
  if about and not about.exact then return "conditional" end
  return core.draw.how(handle).approximate and "approximate" or "exact"
end

--- The units that were drawn first, or nil.
local function units_of(handle, plan)
  local units, private = core.draw.units(handle), plan._about.private or {}
  return units and frames.new(units, { id = "unit", private = private[plan.stages.unit] and { unit = true } or nil })
end

--- The cases as they stand now.
function sample.refresh(self) self.cases = shown(self, core.draw.cases(self._core)) end

--- What became of cases since the draw, in words; nil where nothing did.
local function aftermath(self)
  return core.revision.losses(self._core) > 0 and require "assay.revision".words(self) or nil
end

function sample.of_core(handle, plan)
  local how, units = core.draw.how(handle), units_of(handle, plan)
  local self = setmetatable({ _core = handle, plan = plan, seed = core.draw.seed(handle), units = units,
    shortfall = units and stages.shortfall(plan, units, total((core.draw.sizes(handle)))) or find_shortfall(handle, plan),
    probabilities = kind_of_probabilities(handle), method = plan.stages and plan.stages.method or how.method }, Sample)
  sample.refresh(self)
  self.passed_over = shown(self, core.draw.passed_over(handle))
  for _, note in ipairs(self.shortfall) do core.record.note("shortfall", note) end
  return self
end

-- ---- methods ---------------------------------------------------------------------------------

-- what is only named stands in another file
local methods = { representativity = "profile", workbook = "workbook", overlap = "apart",
  replace = "revision", withdraw = "revision", apply = "revision" }

--- Population and sample, and the columns of both that a method is given.
function sample.both(self, columns, what)
  columns = check.value(what, columns, "texts")
  local about = self.plan._about
  local population = about.list and sources.again(about.list, about.source, columns) or core.draw.frame(self._core)
  for _, name in ipairs(columns) do
    if not core.frame.find(population, name) then check.unknown("column", name, core.frame.names(population)) end
  end
  local drawn = core.filter.where(self.cases._core, {
    { column = core.frame.find(self.cases._core, "role"), kind = "one_of", values = { "sample" } },
  })
  return population, drawn, columns
end

function methods.balance(self, columns)
  return frames.new(core.tabulate.balance(sample.both(self, columns, "what balance is given")))
end

function methods.write(self, folder)
  local about = self.plan._about
  local kept = plans.about(about)
  kept.shortfall = core.json.list(about.shortfall)
  core.manifest.write(check.value("the folder", folder, "text"), self._core, kept, {
    source = about.source, steps = core.json.list(about.steps), private = core.json.list(check.keys(about.private)),
  })
  local words = aftermath(self)
  if words then core.record.note("replaced", words) end
  return self
end

-- ---- folders ---------------------------------------------------------------------------------

--- A member of a manifest that must be a table.
local function part(manifest, name)
  if type(manifest[name]) == "table" then return manifest[name] end
  return check.refuse(("this is no manifest of a sample: '%s' is missing or wrong"):format(name),
    { file = "manifest.json" })
end

function sample.open_sample(folder)
  local handle, manifest = core.manifest.open(check.value("the folder", folder, "text"))
  local differences = proof.differences(handle, manifest)
  if #differences > 0 then
    check.refuse(("the sample in '%s' was edited after it was drawn: %s"):format(folder, differences[1]), { file = folder })
  end
  local about, list, private = plans.about(part(manifest, "plan")), part(manifest, "list"), {}
  for _, name in ipairs(list.private or {}) do private[name] = true end
  about.shortfall, about.source, about.steps = about.shortfall or {}, list.source, list.steps or {}
  about.private, about.id, about.strata = private, manifest.id, manifest.strata
  return sample.of_core(handle, plans.of_core(core.draw.plan(handle), about))
end

local Differences = { __name = "assay.Differences", __metatable = "assay.Differences" }

function Differences.__tostring(self) return table.concat(self, "\n") end

function sample.verify(folder, list)
  if list ~= nil then check.object("the list", list, "Frame") end
  local found, drawn, manifest = core.manifest.verify(check.value("the folder", folder, "text"), list and list._core)
  for _, words in ipairs(drawn and proof.differences(drawn, manifest) or {}) do found[#found + 1] = words end
  if #found == 0 then return true end
  return false, setmetatable(found, Differences)
end

function sample.seed()
  core.record.note("seed", "assay.seed() made a fresh seed: a run that draws under it is not repeated by another")
  return core.rng.seed()
end

-- ---- the class -------------------------------------------------------------------------------

Sample = check.class("Sample", "sample", methods, function(self, key)
  if key == "log" then return require "assay.revision".log(self) end
  if key == "revision" then return (core.revision.number(self._core)) end
  return nil, key == "units" -- where there is one stage
end)
Sample.fields = { "cases", "units", "plan", "seed", "shortfall", "probabilities", "passed_over", "method", "log",
  "revision" }

--- By what it was drawn, in words: the contract of the tickets, and the method where it is not the plain one.
local function manner(self)
  local how, words = core.draw.how(self._core), "prn-1"
  if self.units then return self.method == "srs" and words or ("%s of units (prn-1)"):format(self.method) end
  if how.method ~= "srs" then words = ("%s (prn-1)"):format(how.method) end
  if #how.sort > 0 then words = words .. " in the order of " .. table.concat(how.sort, ", ") end
  return words .. (how.serpentine and ", serpentine," or "")
end

function Sample.__tostring(self)
  local lines, drawn = {}, total((core.draw.sizes(self._core)))
  for _, note in ipairs(self.shortfall) do lines[#lines + 1] = "note: " .. note end
  if self.probabilities == "approximate" then
    lines[#lines + 1] = ("note: probabilities are what %s aims at: the true ones are near"):format(self.method)
  end
  if self.probabilities == "conditional" then
    lines[#lines + 1] = "note: probabilities are given the other samples: a case that they have drawn has a lower one, or none"
  end
  lines[#lines + 1] = ("%d cases%s drawn by %s under the seed %s"):format(drawn,
    self.units and (" of %d units"):format(#self.units) or "", manner(self), self.seed)
  if self.units then lines[#lines + 1] = tostring(self.units) end
  lines[#lines + 1] = require "assay.apart".words(self._core)
  lines[#lines + 1] = aftermath(self)
  lines[#lines + 1] = tostring(self.cases)
  return table.concat(lines, "\n")
end

return sample
