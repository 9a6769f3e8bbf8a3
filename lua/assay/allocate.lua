-- allocate.lua: how many cases of each stratum, and what could not be had as asked.

local core = require "assay.core"
local check = require "assay.check"

local allocate = {}

function allocate.total(list)
  local sum = 0
  for _, n in ipairs(list) do sum = sum + n end
  return sum
end

local total = allocate.total

local names, rules = {}, {}
for i, rule in ipairs(core.allocate.rules()) do
  names[i], rules[rule.name] = rule.name, rule
end

--- What may be said of sizes: the kinds of the options of a plan that are about them.
allocate.options = {
  allocation = function(name, value) return type(value) == "table" and value or check.value(name, value, names) end,
  rounding = { "largest_remainder", "round_robin", "random" },
  power = function(name, value)
    check.value(name, value, "number")
    return value >= 0 and value <= 1 and value
      or check.fail(("power must be a number from 0 (equal) to 1 (proportional), not %s"):format(core.text.number(value)), name)
  end,
  sd = "table", cost = "table",
  minimum = function(name, value) return type(value) == "table" and value or check.value(name, value, "count") end,
  maximum = function(name, value) return type(value) == "table" and value or check.value(name, value, "count") end,
}

-- ---- what goes together ----------------------------------------------------------------------

local function refuse_with(options, list, with)
  for _, name in ipairs(list) do
    if options[name] ~= nil then check.fail(("'%s' does not go with %s"):format(name, with), name) end
  end
end

--- Whether the allocation gives whole numbers of its own: sizes by stratum do, and an exact rule.
local function is_whole(options)
  return type(options.allocation) == "table" or rules[options.allocation].exact
end

local function check_rounding(options)
  local rounding, whole = options.rounding, is_whole(options)
  local sizes = type(options.allocation) == "table" and "sizes by stratum" or ("allocation '%s'"):format(options.allocation)
  if options.within and rounding ~= "round_robin" then
    check.fail("'within' is the Ministry of Justice's sampler: it needs rounding = \"round_robin\"", "within")
  end
  if rounding == "random" and options.cap then
    check.fail("'cap' does not go with rounding = \"random\", which keeps the probabilities equal", "cap")
  end
  if whole and (rounding == "random" or rounding == "round_robin" and not options.within) then
    check.fail(("'rounding' does not go with %s, which are whole numbers already"):format(sizes), "rounding")
  end
end

--- Refuses options that would have no effect, and asks for those that a rule needs.
function allocate.check(options)
  options.allocation = options.allocation or "proportional"
  check_rounding(options)
  if type(options.allocation) == "table" then
    refuse_with(options, { "minimum", "maximum", "sd", "cost", "power" }, "sizes by stratum")
    return
  end
  local rule, with = rules[options.allocation], ("allocation '%s'"):format(options.allocation)
  for _, name in ipairs { "sd", "cost", "power" } do
    if not rule[name] then refuse_with(options, { name }, with) end
  end
  if rule.sd and not options.sd then
    check.fail(with .. " needs 'sd', the standard deviation in each stratum by its label", "sd")
  end
  if rule.cost and not options.cost then
    check.fail(with .. " needs 'cost', what a case costs in each stratum by its label", "cost")
  end
  if rule.power then options.power = options.power or 0.5 end
end

-- ---- values by stratum -----------------------------------------------------------------------

local function check_labels(name, labels, value)
  local known = {}
  for _, label in ipairs(labels) do known[label] = true end
  for _, label in ipairs(check.keys(value)) do
    if not known[label] then check.unknown("stratum in " .. name, label, labels) end
  end
end

--- One number for each stratum: from one number for all, or from a table by label.
local function by_stratum(name, labels, value, kind, default)
  local list = {}
  if type(value) == "table" then check_labels(name, labels, value) end
  for h, label in ipairs(labels) do
    local own = value
    if type(value) == "table" then own = value[label] end
    if own == nil then
      list[h] = default(h)
    else
      list[h] = check.value(type(value) == "table" and ("%s of stratum '%s'"):format(name, core.text.quote(label)) or name,
        own, kind)
    end
  end
  return list
end

--- A measure of each stratum, which must be named: `least` is refused itself where `above` is true.
local function measures(name, labels, value, above)
  if value == nil then return nil end
  local list = by_stratum(name, labels, value, "number", function(h)
    return check.fail(("%s names no number for stratum '%s'"):format(name, core.text.quote(labels[h])), name)
  end)
  local greatest = 0
  for h, x in ipairs(list) do
    if x < 0 or above and x == 0 then
      check.fail(("%s of stratum '%s' must be a number %s 0, not %s"):format(name, core.text.quote(labels[h]),
        above and "above" or "of at least", core.text.number(x)), name)
    end
    greatest = math.max(greatest, x)
  end
  if greatest == 0 then check.fail(("%s is 0 in every stratum: there is nothing to share the sample by"):format(name), name) end
  return list
end

--- The sizes that a table by label gives, which is called `name`: each stratum is named, or it is not known
--- what was meant.
function allocate.explicit(labels, wanted, name)
  return by_stratum(name, labels, wanted, "count", function(h)
    return check.fail(("%s names no number for stratum '%s'"):format(name, core.text.quote(labels[h])), name)
  end)
end

-- ---- what is shared out ------------------------------------------------------------------------
-- Cases; or where options.unit is "unit", the units of a first stage, which options.weights, numbers by
-- stratum, share out in place of the populations.

local function noun(options) return options and options.unit or "case" end

--- "1 case", "2 cases".
local function counted(n, options) return ("%d %s%s"):format(n, noun(options), n == 1 and "" or "s") end

-- ---- bounds ----------------------------------------------------------------------------------

--- The minimum of each stratum. One number for all goes down to the population of a small stratum, as
--- the default of 2 does; a number for one stratum must be possible.
local function find_minimum(labels, populations, maximum, options, notes)
  local given = options.minimum
  local minimum = by_stratum("minimum", labels, given, "count", function(h)
    return math.min(2, populations[h], maximum[h])
  end)
  for h, label in ipairs(labels) do
    local quoted = core.text.quote(label)
    if minimum[h] > populations[h] then
      if type(given) == "table" then
        check.fail(("minimum of stratum '%s' is %d, but it holds %s"):format(quoted, minimum[h],
          counted(populations[h], options)), "minimum")
      end
      notes[#notes + 1] = ("stratum '%s' holds %s: its minimum is that, not %d"):format(label,
        counted(populations[h], options), minimum[h])
      minimum[h] = populations[h]
    end
    if minimum[h] > maximum[h] then
      check.fail(("minimum of stratum '%s' is %d, its maximum %d"):format(quoted, minimum[h], maximum[h]), "minimum")
    end
  end
  return minimum
end

local function find_maximum(labels, populations, options)
  local maximum = by_stratum("maximum", labels, options.maximum, "count", function(h) return populations[h] end)
  for h, n in ipairs(populations) do
    maximum[h] = math.min(maximum[h], n)
    if maximum[h] == 0 and rules[options.allocation].exact then
      check.fail(("maximum of stratum '%s' is 0, but allocation '%s' takes a %s from every stratum"):format(
        core.text.quote(labels[h]), options.allocation, noun(options)), "maximum")
    end
  end
  return maximum
end

--- Sums that leave no room, in numbers. The default minimum is nobody's wish: that is said in its own words.
local function check_sums(minimum, maximum, size, options)
  local least, most = total(minimum), total(maximum)
  if least > size and options.minimum == nil then
    check.fail(("%s %s at 2 in each, because 1 %s has no variance; the sample has %d: "
      .. "give minimum = 1, or fewer strata"):format(
      #minimum == 1 and "1 stratum needs" or #minimum .. " strata need", counted(least, options), noun(options), size),
      options.unit and "units" or "size")
  elseif least > size then
    check.fail(("the minimums of the strata add up to %s, the sample has %d"):format(counted(least, options), size),
      "minimum")
  elseif most < size then
    check.fail(("the maximums of the strata add up to %s, the sample has %d"):format(counted(most, options), size),
      "maximum")
  end
end

-- ---- sizes -----------------------------------------------------------------------------------

--- Words on each stratum that the minimum raised above `free`, its size without one.
local function note_raised(labels, populations, sizes, free, minimum, options, notes)
  for h, label in ipairs(labels) do
    if sizes[h] > free[h] + 1e-9 and sizes[h] == minimum[h] then
      notes[#notes + 1] = ("stratum '%s' gets %d of its %s where its share is %s: the minimum raises it"):format(label,
        minimum[h], counted(populations[h], options), math.type(free[h]) == "integer" and free[h] or core.text.fixed(free[h], 2))
    end
  end
end

--- The sizes of a rule, and where rounding gives them too, the reserves. Sizes that each draw is to
--- round are numbers.
function allocate.by_rule(labels, populations, size, options, notes)
  local maximum = find_maximum(labels, populations, options)
  local minimum = find_minimum(labels, populations, maximum, options, notes)
  check_sums(minimum, maximum, size, options)
  local measured = { sd = measures("sd", labels, options.sd), cost = measures("cost", labels, options.cost, true),
    power = options.power }
  local function solve(low)
    local whole, real = core.allocate.by(options.allocation, size, options.weights or populations, low, maximum, measured)
    if options.rounding == "random" then return real end
    if options.rounding ~= "round_robin" or is_whole(options) then return whole end
    return core.allocate.in_turns(size, options.reserve or 0, real, populations, low, maximum)
  end
  local none = {}
  for h in ipairs(labels) do none[h] = 0 end
  local sizes, reserves = solve(minimum)
  note_raised(labels, populations, sizes, solve(none), minimum, options, notes)
  return sizes, reserves
end

-- ---- words -----------------------------------------------------------------------------------

--- Words on each stratum with too few cases, or units, to be estimated from.
function allocate.note_thin(labels, populations, sizes, notes, options)
  for h, label in ipairs(labels) do
    local n, all = sizes[h], populations[h]
    if math.type(n) == "float" then
      if n < 2 and n < all then
        notes[#notes + 1] = ("stratum '%s' gets %s of its %d cases on average: a draw may have %s of it"):format(label,
          core.text.fixed(n, 2), all, n < 1 and "none" or "1, which has no variance,")
      end
    elseif n == 0 or n == 1 and all > 1 then
      notes[#notes + 1] = ("stratum '%s' gets %d of its %d %ss: %s"):format(label, n, all, noun(options),
        n == 0 and "the sample says nothing of it" or ("1 %s has no variance"):format(noun(options)))
    end
  end
end

--- Words on each stratum that cannot give the reserves asked for.
function allocate.note_reserves(labels, populations, sizes, reserves, wanted, notes)
  for h, label in ipairs(labels) do
    if reserves[h] < wanted[h] then
      local n = math.ceil(sizes[h])
      notes[#notes + 1] = ("stratum '%s': %d of %d leave %d reserve%s, not %d")
        :format(label, n, populations[h], reserves[h], reserves[h] == 1 and "" or "s", wanted[h])
    end
  end
end

return allocate
