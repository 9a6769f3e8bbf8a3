-- caseload.lua ROWS: a made-up caseload of that many rows as csv, the same bytes each time.
local rows = math.tointeger(tonumber(arg[1])) or error "how many rows?"
local state = 20240501
local function draw(n) -- 0 .. n - 1, by 64-bit congruential numbers (Knuth)
  state = state * 6364136223846793005 + 1442695040888963407
  return (state >> 33) % n
end
-- the first of a list is the commonest
local function one_of(list) return list[math.min(draw(#list), draw(#list)) + 1] end
local units = { "Barton", "Colne Valley", "Eastmoor", "Harrow Cross", "North Fell", "Southgate" }
local genders = { "Male", "Male", "Male", "Female" }
local disposals = { "Community order", "Post-release licence", "Suspended sentence order" }
local risks = { "Medium", "Low", "High", "Very high" }
local tiers = { "E", "D", "F", "C", "G", "B", "A" }
local officers = math.max(30, math.min(9000, rows // 35))
local days = {}
for i = 1, 1460 do days[i] = os.date("!%Y-%m-%d", 1609718400 + 86400 * i) end

io.write "case_id,ldu,gender,disposal,rosh,age,domestic_abuse,safeguarding,officer_id,start_date,tier\n"
for i = 1, rows do
  io.write(("C%08d,%s,%s,%s,%s,%d,%s,%s,PO%04d,%s,%s\n"):format(i, one_of(units), one_of(genders), one_of(disposals),
    one_of(risks), 18 + math.min(draw(60), draw(60)), draw(5) < 2 and "Y" or "N", draw(3) < 1 and "Y" or "N",
    draw(officers) + 1, days[draw(#days) + 1], one_of(tiers)))
end
