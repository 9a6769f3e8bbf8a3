-- design.lua: how the cases of a survey were sampled: as a sample says, or as the columns of the answers do.

local core = require "assay.core"
local check = require "assay.check"
local total = require "assay.allocate".total
local frames = require "assay.frame"
local labels = require "assay.labels"

local design = {}

-- A design is a table: `core`, the handle; `labels` of the strata, with labels.clusters where there are any; `words`,
-- lines that say what it is; `flags`, what must be said beside every number; `lost` and `taken`, cases unavailable
-- and reserves that took places.

local function plural(n, one, many) return n == 1 and one or many end

local function counted(n, what) return ("%d %s%s"):format(n, what, n == 1 and "" or "s") end

--- "'A' (3), 'B' (1) and 4 more": what is wrong, each with its number.
local NAMED = 8
local function named(list)
  local words = {}
  for i = 1, math.min(#list, NAMED) do words[i] = ("'%s' (%s)"):format(core.text.quote(list[i][1]), list[i][2]) end
  return table.concat(words, ", ") .. (#list > NAMED and (" and %d more"):format(#list - NAMED) or "")
end

--- The numbers of neighbours by stratum, from a table of labels by label; nil where none is given. Strata that are
--- not named keep the one that follows from the order, which core finds where all are nil.
local function neighbours(list, given, lonely)
  if given == nil then return nil end
  if lonely ~= "collapse" then
    check.fail("'neighbours' goes with lonely = \"collapse\"", "neighbours")
  end
  local place, numbers = {}, {}
  for h, label in ipairs(list) do place[label], numbers[h] = h, h end
  for _, label in ipairs(check.keys(given)) do
    local other = given[label]
    if not place[label] then check.unknown("stratum", label, list) end
    if not place[other] then check.unknown("stratum", other, list) end
    numbers[place[label]] = place[other]
  end
  return numbers
end

-- ---- of a sample -----------------------------------------------------------------------------

--- What a column of sample.cases says of the units of the survey, whose rows are `places`; all must have it.
local function of_cases(sample, name, places)
  local column, list = sample.cases:column(name), {}
  for i, row in ipairs(places) do
    list[i] = column[row]
    if list[i] == nil then
      check.fail(("a case that took a place has no %s: its sample had unequal probabilities, which are not known of "
        .. "reserves"):format(name), "sample")
    end
  end
  return list
end

--- Numbers each unit's cluster: list by unit, and their labels and cases, from sample.units.
local function units_drawn(sample, places)
  local units, column = sample.units, sample.cases:column(sample.plan.stages.unit)
  local names, cases = units:column "unit":list(), units:column "cases":list()
  local number, met, cluster = {}, {}, {}
  for c, name in ipairs(names) do number[name] = c end
  for i, row in ipairs(places) do
    cluster[i] = number[column[row]]
    met[cluster[i]] = true
  end
  for c, name in ipairs(names) do
    if not met[c] then
      local hidden = sample.cases.private[sample.plan.stages.unit]
      check.fail(("all cases drawn from unit '%s' are unavailable: nothing can be said of it"):format(
        hidden and "***" or core.text.quote(tostring(name))), "sample")
    end
    names[c] = tostring(name)
  end
  return cluster, names, cases
end

local function in_strata(n) return n > 1 and (" in %d strata"):format(n) or "" end

--- What the variance of unequal probabilities is.
local APPROXIMATE = "unequal probabilities: variances are the approximation of Hájek and Deville for samples of a fixed size"
local SORTED = "limits as of a simple random sample"

--- A sample of units, and of cases within them.
local function add_stages(d, given, sample, places)
  local plan, stages = sample.plan, sample.plan.stages
  local names, cases
  given.population = plan.strata:column "units":list()
  given.weights = of_cases(sample, "weight", places)
  given.cluster, names, cases = units_drawn(sample, places)
  given.clusters, given.cluster_population = #names, cases
  d.labels.clusters = names
  d.words[1] = ("%d of %d cases in two stages: %d of %d units ('%s') by %s%s, then up to %d cases of each"):format(#places,
    core.draw.population(sample._core), #names, total(given.population), core.text.quote(stages.unit), stages.method,
    in_strata(#d.labels), stages.cases)
  if core.draw.is_unequal(stages.method) then
    given.chances = of_cases(sample, "unit_probability", places)
    d.words[2] = APPROXIMATE
  end
end

--- A sample whose cases had probabilities in proportion to a measure of their size.
local function add_measure(d, given, sample, places)
  given.chances = of_cases(sample, "probability", places)
  given.weights = of_cases(sample, "weight", places)
  d.words[1] = ("%d of %d cases%s, with probabilities in proportion to '%s' (%s)"):format(#places,
    core.draw.population(sample._core), in_strata(#d.labels), core.text.quote(sample.plan.size_measure), sample.method)
  d.words[2] = APPROXIMATE
end

local function add_simple(d, sample, places)
  d.words[1] = ("%d of %d cases, a simple random sample%s"):format(#places, core.draw.population(sample._core),
    #d.labels > 1 and (" in each of %d strata"):format(#d.labels) or "")
end

--- Core's part of a design of which all else is known.
local function make(d, given)
  given.neighbour = neighbours(d.labels, given.neighbours, given.lonely)
  d.core = labels.call(d.labels, core.design.new, given)
  return d
end

--- The design of a sample; `places` are the rows of sample.cases that are the units of the survey, in order.
function design.of_sample(sample, places, options)
  local plan = sample.plan._core
  local d = { labels = core.plan.labels(plan), words = {}, flags = {} }
  local given = { population = core.plan.populations(plan), lonely = options.lonely or "fail",
    neighbours = options.neighbours }
  local strata, inside = core.revision.units(sample._core)
  local raise, _, _, lost, taken = core.revision.tolls(sample._core)
  given.stratum = strata
  d.lost, d.taken = total(lost), total(taken)
  if sample.plan.stages then
    add_stages(d, given, sample, places)
  elseif sample.plan.size_measure then
    add_measure(d, given, sample, places)
  else
    add_simple(d, sample, places)
  end
  if given.chances then d.flags[#d.flags + 1] = "unequal probabilities: approximate variance" end
  if core.draw.how(sample._core).sorted then d.flags[#d.flags + 1] = SORTED end
  if core.revision.losses(sample._core) > 0 then
    -- weights of cases know already what became of the others; by strata they are raised
    given.inside, given.raise, given.lost = inside, raise, lost
    if given.weights then
      given.raise, given.lost = {}, {}
      for h = 1, #d.labels do given.raise[h], given.lost[h] = 1, h == 1 and d.lost or 0 end
    end
  end
  return make(d, given)
end

-- ---- of columns ------------------------------------------------------------------------------

--- The number of a column; `whose` frame it is, in words.
local function column_of(frame, whose, name)
  return core.frame.find(frame._core, name) or check.unknown("column of the " .. whose, name, frame.columns)
end

--- Refuses a column of the design that lacks values, with their number and the first row.
local function check_missing(frame, name, number)
  local missing = core.filter.count(frame._core, { { column = number, kind = "missing" } })
  if missing == 0 then return end
  local row = 1
  while core.frame.cell(frame._core, number, row) ~= nil do row = row + 1 end
  local words, where = frames.place(frame, row)
  check.refuse(("%s: column '%s' has no value; %d of %d rows have none"):format(words, name, missing, #frame), where)
end

--- The numbers of columns that have a value in every row.
local function numbers_of(frame, whose, names)
  local numbers = {}
  for i, name in ipairs(names) do
    numbers[i] = column_of(frame, whose, name)
    check_missing(frame, name, numbers[i])
  end
  return numbers
end

--- A column of numbers for which all values are `good`; words say what they must be.
local function read_numbers(frame, whose, name, good, words)
  local number = numbers_of(frame, whose, { name })[1]
  local kind = core.frame.type(frame._core, number)
  if kind ~= "integer" and kind ~= "number" then
    check.fail(("column '%s' of the %s must hold numbers: it holds %s"):format(core.text.quote(name), whose, kind), name)
  end
  local list, bad, first = frame:column(name):list(), 0, nil
  for i, value in ipairs(list) do
    if not good(value) then bad, first = bad + 1, first or i end
  end
  if bad == 0 then return list end
  local place, where = frames.place(frame, first)
  return check.refuse(("%s: column '%s' is %s, where %s; so %s %d of %d rows"):format(place, core.text.quote(name),
    frame.private[name] and "***" or core.text.number(list[first]), words, plural(bad, "is", "are"), bad, #list), where)
end

local function is_count(value) return math.tointeger(value) ~= nil and value >= 0 and value <= 1 << 53 end

local COUNT = "a whole number from 0 on is needed"

local function as_counts(list)
  local counts = {}
  for i, value in ipairs(list) do counts[i] = math.tointeger(value) end
  return counts
end

--- Populations by label as a list in the order of `list`; `sampled` has the cases or clusters of each. Strata that one
--- side has and the other lacks are named; those of population 0 are none.
local function by_label(list, sampled, population, what)
  local numbers, lacking, known, extra = {}, {}, {}, {}
  for h, label in ipairs(list) do
    numbers[h], known[label] = population[label], true
    if population[label] == nil then lacking[#lacking + 1] = { label, counted(sampled[h], what) } end
  end
  for _, label in ipairs(check.keys(population)) do
    if not known[label] and population[label] ~= 0 then extra[#extra + 1] = { tostring(label), population[label] } end
  end
  if #lacking > 0 then
    check.fail("population lacks strata that the answers have: " .. named(lacking), "population")
  end
  if #extra > 0 then
    check.fail(("population has strata of which the answers have no %s: %s"):format(what, named(extra)), "population")
  end
  return numbers
end

--- A table of populations, or of populations by label in a frame's rows.
local function populations_of_frame(frame, strata)
  local of_row, list = core.design.strata(frame._core, numbers_of(frame, "population", strata))
  local counts, population = as_counts(read_numbers(frame, "population", "population", is_count, COUNT)), {}
  for row, h in ipairs(of_row) do
    if population[list[h]] then
      local words, where = frames.place(frame, row)
      check.refuse(("%s: stratum '%s' stands twice in the population"):format(words, core.text.quote(list[h])), where)
    end
    population[list[h]] = counts[row]
  end
  return population
end

local function populations_of_table(given)
  local population = {}
  for _, label in ipairs(check.keys(given)) do
    if type(label) ~= "string" then
      check.fail("population must be a number, a table of numbers by stratum, or a Frame", "population")
    end
    population[label] = given[label] == math.huge and math.huge
      or check.value(("population of '%s'"):format(core.text.quote(label)), given[label], "count")
  end
  return population
end

local function find_populations(list, sampled, strata, given, what)
  if given == nil or given == math.huge then
    local populations = {}
    for h in ipairs(list) do populations[h] = math.huge end
    return populations
  elseif check.is(given, "Frame") then
    return by_label(list, sampled, populations_of_frame(given, strata), what)
  elseif type(given) == "table" then
    return by_label(list, sampled, populations_of_table(given), what)
  end
  given = check.value("population", given, "population")
  if #list > 1 then
    check.fail(("population must say how many %ss each of the %d strata has: { [label] = N }, or a Frame"):format(what,
      #list), "population")
  end
  return { given }
end

--- A list of all clusters of the population, with the cases of each: the clusters of each stratum, and the
--- cases of those in the answers.
local function of_cluster_list(clusters, frame, strata, name)
  local stratum, found = core.design.strata(frame._core, numbers_of(frame, "population", strata))
  local of_row, names = core.design.strata(frame._core, numbers_of(frame, "population", { name }))
  local counts = as_counts(read_numbers(frame, "population", "population", is_count, COUNT))
  local population, cases, unknown = {}, {}, {}
  for row, h in ipairs(stratum) do
    local cluster = names[of_row[row]]
    if cases[cluster] then
      local words, where = frames.place(frame, row)
      check.refuse(("%s: cluster '%s' stands twice in the population"):format(words,
        frame.private[name] and "***" or core.text.quote(cluster)), where)
    end
    population[found[h]] = (population[found[h]] or 0) + 1
    cases[cluster] = counts[row]
  end
  local numbers = {}
  for c, label in ipairs(clusters) do
    numbers[c] = cases[label]
    if not numbers[c] then unknown[#unknown + 1] = { label, "in the answers" } end
  end
  if #unknown > 0 then check.fail("population lacks clusters that the answers have: " .. named(unknown), "population") end
  return population, numbers
end

--- The cases of each cluster, which a column has in every row.
local function read_cluster_population(answers, name, cluster, clusters)
  local list, numbers = as_counts(read_numbers(answers, "answers", name, is_count, COUNT)), {}
  for i, value in ipairs(list) do
    local c = cluster[i]
    if numbers[c] and numbers[c] ~= value then
      local words, where = frames.place(answers, i)
      check.refuse(("%s: column '%s' has %d for cluster '%s', which had %d before"):format(words, core.text.quote(name),
        value, core.text.quote(clusters[c]), numbers[c]), where)
    end
    numbers[c] = value
  end
  return numbers
end

--- How many clusters each stratum has in the answers.
local function clusters_by_stratum(stratum, cluster, n)
  local seen, counts = {}, {}
  for h = 1, n do counts[h] = 0 end
  for i, c in ipairs(cluster) do
    if not seen[c] then
      seen[c] = true
      counts[stratum[i]] = counts[stratum[i]] + 1
    end
  end
  return counts
end

local function without_clusters(options)
  if options.cluster_population then
    check.fail("'cluster_population' goes with 'cluster', the column that names the clusters", "cluster_population")
  end
end

--- Clusters of the answers, and what is known of their stages; returns the populations of the strata.
local function add_clusters(d, given, answers, options)
  local name, hidden = options.cluster, answers.private[options.cluster]
  local cluster, names = core.design.strata(answers._core, numbers_of(answers, "answers", { name }))
  local sampled = clusters_by_stratum(given.stratum, cluster, #d.labels)
  given.cluster, given.clusters = cluster, #names
  d.labels.clusters = {}
  for c, label in ipairs(names) do d.labels.clusters[c] = hidden and "***" or label end
  local population = options.population
  if check.is(population, "Frame") and core.frame.find(population._core, name) then
    if options.cluster_population then
      check.fail("give the cases of each cluster once: in population, or as cluster_population", "cluster_population")
    end
    population, given.cluster_population = of_cluster_list(names, population, options.strata, name)
    return by_label(d.labels, sampled, population, "cluster")
  end
  if options.cluster_population then
    given.cluster_population = read_cluster_population(answers, options.cluster_population, cluster, d.labels.clusters)
  end
  return find_populations(d.labels, sampled, options.strata, population, "cluster")
end

-- ---- words on columns ------------------------------------------------------------------------

--- The sum of populations, or nil without end.
local function known_total(populations)
  local sum = 0
  for _, n in ipairs(populations) do
    if n == math.huge then return nil end
    sum = sum + n
  end
  return sum
end

local function quoted(names)
  local list = {}
  for i, name in ipairs(names) do list[i] = core.text.quote(name) end
  return table.concat(list, ", ")
end

local ENDLESS = "a population without end, without correction for how much of it was sampled"

local function describe(d, given, answers, options)
  local all = known_total(given.population)
  local strata = #options.strata > 0 and (", in %d strata by %s"):format(#d.labels, quoted(options.strata)) or ""
  if given.cluster then
    d.words[1] = ("%d cases of %d clusters ('%s') of %s%s"):format(#answers, given.clusters, core.text.quote(options.cluster),
      all or ENDLESS, strata)
    d.words[2] = given.cluster_population and "of each cluster the answers have a simple random sample"
      or "what was done within clusters is not known: variances are those between clusters"
  else
    d.words[1] = ("%d cases of %s%s"):format(#answers, all or ENDLESS, strata)
  end
  d.words[#d.words + 1] = design.weights_in_words(given, options, all)
end

function design.weights_in_words(given, options, all)
  if given.weights then
    local least, most, sum = math.huge, 0, 0
    for _, w in ipairs(given.weights) do least, most, sum = math.min(least, w), math.max(most, w), sum + w end
    return ("weights: column '%s', from %s to %s, %s in all"):format(core.text.quote(options.weight),
      core.text.fixed(least, 3), core.text.fixed(most, 3), core.text.fixed(sum, 1))
  elseif all then
    return given.cluster and ("weights: clusters of the population for each in the answers" ..
      (given.cluster_population and ", times cases of the cluster for each in them" or "; all cases of a cluster are taken "
      .. "to be in the answers")) or "weights: cases of the stratum for each in the answers"
  end
  return "weights: none, all cases count the same"
end

--- The design that columns of the answers make, and numbers beside them.
function design.of_columns(answers, options)
  options.strata = options.strata or {}
  if #answers == 0 then check.fail("the answers have no row", "answers") end
  local d = { words = {}, flags = {}, lost = 0, taken = 0 }
  local stratum, list, sampled = core.design.strata(answers._core, numbers_of(answers, "answers", options.strata))
  local given = { stratum = stratum, lonely = options.lonely or "fail", neighbours = options.neighbours }
  d.labels = list
  if options.cluster then
    given.population = add_clusters(d, given, answers, options)
  else
    without_clusters(options)
    given.population = find_populations(d.labels, sampled, options.strata, options.population, "case")
  end
  if options.weight then
    given.weights = read_numbers(answers, "answers", options.weight, function(value)
      return value > 0 and value < math.huge
    end, "a weight is above 0")
  elseif #d.labels > 1 and known_total(given.population) == nil and options.population ~= nil then
    check.fail("some strata have a population and some have none: give 'weight', which says how they compare", "weight")
  end
  describe(d, given, answers, options)
  return make(d, given)
end

return design
