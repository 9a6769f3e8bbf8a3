-- simulate.lua: what a planned design would say of a share that is known.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"
local frames = require "assay.frame"
local plans = require "assay.plan"

local simulate = {}

local DRAWS = 100000

local simulate_options = check.options("SimulateOptions", {
  column = "text!", yes = "texts!", seed = "text!", draws = "count", confidence = "share",
  method = core.estimate.methods(true),
})

local function points(share) return share and core.text.fixed(100 * share, 2) or "NA" end

local function show(self)
  local lines = {
    ("%d samples of %d cases: '%s' is %s for %s%% of the population"):format(self.draws, self.size,
      core.text.quote(self.column), table.concat(self.yes, " or "), points(self.share)),
    ("estimates: mean %s%%, standard deviation %s points (by theory %s); standard errors: mean %s points"):format(
      points(self.mean), points(self.sd), points(self.exact_sd), points(self.mean_se)),
    ("%s%% limits (%s): %s%% of them hold the share, %s%% lie below it and %s%% above; mean width %s points"):format(
      table_text.short(100 * self.confidence), self.method or "method by the rule of surveys", points(self.coverage),
      points(self.below), points(self.above), points(self.mean_width)),
  }
  if self.undefined > 0 then lines[4] = ("%d samples have no limits, and hold nothing"):format(self.undefined) end
  return table.concat(lines, "\n")
end

local result = check.result("Simulation", {
  "column", "yes", "size", "draws", "share", "mean", "sd", "exact_sd", "mean_se", "coverage", "below", "above",
  "mean_width", "undefined", "confidence", "method", "seed",
}, show)

--- The plan's strata are sampled simply and at random, or what is simulated is another design.
local function check_plan(self)
  local how = core.plan.how(self._core)
  for _, name in ipairs { "within", "cap", "size_measure" } do
    if how[name] then
      check.fail(("the samples simulated are simple random ones of each stratum: the plan has '%s'"):format(name))
    end
  end
  if how.rounding == "random" then
    check.fail "the samples simulated have fixed sizes: the plan has rounding = \"random\""
  end
end

--- Names the stratum that an error is about, by its label.
local function with_labels(handle, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local err = results[2]
  if type(err) == "table" and err.row then
    err.message = err.message:gsub("^stratum %d+", function()
      return ("stratum '%s'"):format(core.text.quote(core.plan.labels(handle)[err.row]))
    end)
  end
  return error(err, 0)
end

function simulate.simulate(self, options)
  options = simulate_options(options)
  check_plan(self)
  local confidence = options.confidence or self.confidence
    or check.fail("'confidence' is needed: the plan has none", "confidence")
  local handle = plans.in_memory(self, { options.column })
  local names = core.plan.columns(handle)
  local column
  for i, name in ipairs(names) do
    if name == options.column then column = i end
  end
  if not column then check.unknown("column", options.column, names) end
  local counts = frames.blame({ source = self._about.source, _steps = self._about.steps }, core.simulate.yes, handle, column,
    { texts = options.yes })
  local found = with_labels(handle, core.simulate.run, handle, counts, confidence, options.method, options.seed,
    options.draws or DRAWS)
  core.record.seed(options.seed)
  found.column, found.yes, found.size, found.seed = options.column, options.yes, self.size, options.seed
  found.confidence, found.method = confidence, options.method
  return setmetatable(found, result)
end

return simulate
