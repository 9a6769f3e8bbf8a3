-- sample.lua: which cases, and the folder that proves it.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local plans = require "assay.plan"

local sample = {}

local Sample

--- A frame that a sample shows, with the id and the private columns of the list it came from.
local function shown(self, handle)
  local about = self.plan._about
  return frames.new(handle, { id = about.id, private = about.private })
end

function sample.of_core(handle, plan)
  local self = setmetatable({ _core = handle, plan = plan, seed = core.draw.seed(handle) }, Sample)
  self.cases = shown(self, core.draw.cases(handle))
  return self
end

-- ---- methods ---------------------------------------------------------------------------------

local methods = { representativity = "profile" } -- what is only named stands in another file

--- Population and sample, and the columns of both that a method is given.
function sample.both(self, columns, what)
  columns = check.value(what, columns, "texts")
  local population = core.draw.frame(self._core)
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
  core.manifest.write(check.value("the folder", folder, "text"), self._core, {
    allocation = about.allocation, confidence = about.confidence, margin = about.margin,
    reserve = about.reserve, shortfall = core.json.list(about.shortfall),
  }, {
    source = about.source, steps = core.json.list(about.steps), private = core.json.list(check.keys(about.private)),
  })
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
  local about, list, private = part(manifest, "plan"), part(manifest, "list"), {}
  for _, name in ipairs(list.private or {}) do private[name] = true end
  return sample.of_core(handle, plans.of_core(core.draw.plan(handle), {
    allocation = about.allocation, confidence = about.confidence, margin = about.margin,
    reserve = about.reserve, shortfall = about.shortfall or {}, source = list.source,
    steps = list.steps or {}, private = private, id = manifest.id, strata = manifest.strata,
  }))
end

local Differences = { __name = "assay.Differences", __metatable = "assay.Differences" }

function Differences.__tostring(self) return table.concat(self, "\n") end

function sample.verify(folder, list)
  if list ~= nil then check.object("the list", list, "Frame") end
  local found = core.manifest.verify(check.value("the folder", folder, "text"), list and list._core)
  if #found == 0 then return true end
  return false, setmetatable(found, Differences)
end

function sample.seed()
  core.record.note("seed", "assay.seed() made a fresh seed: a run that draws under it is not repeated by another")
  return core.rng.seed()
end

-- ---- the class -------------------------------------------------------------------------------

Sample = check.class("Sample", "sample", methods)
Sample.fields = { "cases", "plan", "seed" }

function Sample.__tostring(self)
  return ("%d cases drawn by %s under the seed %s\n%s"):format(self.plan.size, "prn-1", self.seed,
    tostring(self.cases))
end

return sample
