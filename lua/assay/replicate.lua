-- replicate.lua: surveys whose errors come from estimates repeated under other weights.

local core = require "assay.core"
local check = require "assay.check"
local labels = require "assay.labels"

local replicate = {}

local replicate_options = check.options("ReplicateOptions", {
  method = { "rao_wu", "jackknife" }, n = "count", seed = "seed",
})

--- The survey's replicates, or nil. They are those of the design in force: under new weights there are new ones.
function replicate.of(self)
  local how = rawget(self, "_replication")
  if not how then return nil end
  if how.design ~= self._core then
    how = { method = how.method, n = how.n, seed = how.seed, design = self._core }
    how.handle = labels.call(self._labels, core.replicate.new, self._core, how.method, how.n, how.seed)
    self._replication = how
  end
  return how.handle, how
end

--- What is to be said beside results that so many replicates were made for.
function replicate.flags(self, undefined)
  local handle, how = replicate.of(self)
  if not handle then return {} end
  local n = core.replicate.count(handle)
  local flags = { ("by %d %s replicates"):format(n, how.method) }
  if how.method == "rao_wu" and n < core.replicate.few then
    flags[2] = ("only %d replicates: a standard error from them is off by %s %% or so"):format(n,
      core.text.fixed(100 / math.sqrt(2 * (n - 1)), 0))
  end
  if undefined > 0 then flags[#flags + 1] = ("%d of %d replicates have no estimate"):format(undefined, n) end
  return flags
end

local function check_bootstrap(options)
  if options.method == "jackknife" then
    for _, name in ipairs { "n", "seed" } do
      if options[name] then
        check.fail(("'%s' means nothing for the jackknife, which leaves out every case once"):format(name), name)
      end
    end
    return
  end
  local _ = options.n or check.fail("'n' is needed: how many replicates, 1000 or more", "n")
  _ = options.seed or check.fail("'seed' is needed, such as assay.seed() gives", "seed")
end

function replicate.replicates(self, options)
  options = replicate_options(options)
  options.method = options.method or "rao_wu"
  check_bootstrap(options)
  local copy = {}
  for name, value in next, self do copy[name] = value end
  copy._replication = { method = options.method, n = options.n, seed = options.seed }
  setmetatable(copy, check.classes.Survey)
  replicate.of(copy) -- what has no replicates is said now
  if options.seed then core.record.seed(options.seed) end
  local flags = replicate.flags(copy, 0)
  if #flags > 1 then core.record.note("replicates", flags[2]) end
  return copy
end

return replicate
