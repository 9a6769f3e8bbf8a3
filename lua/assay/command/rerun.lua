-- rerun.lua: runs again what made a folder, and says whether the same comes out.

local core = require "assay.core"
local check = require "assay.check"

local rerun = {
  usage = "rerun OUT [--data DIR]... [--script FILE] [--keep DIR] [--json]",
  purpose = "runs again what made a folder and compares every output, byte by byte",
  details = [[
OUT is the folder of a run: its run.json says which script ran, on which inputs, with which
words and versions. Script and inputs are compared with it, the script runs again into a folder
beside OUT that is removed afterwards, and what differs is said with the reason: script, input,
version, edited output, or the result itself.

Exit codes: 0 identical, 1 something differs, 2 wrong usage, 3 script, input or run.json is
missing or cannot be read.]],
}

function rerun.declare(parser)
  parser:argument("OUT", "The folder of the run."):target("out"):argname "OUT"
  parser:option("--data", "A folder to read from, in place of those in run.json; may stand several times.")
    :argname("DIR"):count "*"
  parser:option("--script", "The script, if it is no longer where run.json says."):argname "FILE"
  parser:option("--keep", "Keep what comes out this time in DIR."):argname "DIR"
  parser:flag("--trust", "The run was made with --trust: run it so again.")
  parser:flag("--json", "Print the answer as JSON.")
end

-- ---- run.json --------------------------------------------------------------------------------

--- A member of a table of run.json, which must be of that type.
local function member(from, name, kind, file)
  local value = from[name]
  if type(value) == kind then return value end
  return check.refuse(("this is no record of a run that can be repeated: '%s' is missing or wrong"):format(name),
    { file = file })
end

--- Checks a list of files: { name =, bytes =, sha256 = }.
local function check_files(record, list, file)
  for _, entry in ipairs(member(record, list, "table", file)) do
    if type(entry) ~= "table" then member({}, list, "table", file) end
    member(entry, "name", "string", file)
    member(entry, "bytes", "number", file)
  end
end

local function check_texts(list, name, file)
  for _, text in ipairs(list) do member({ [name] = text }, name, "string", file) end
end

local function read_record(file)
  local record = require "assay".read_json(file)
  if type(record) ~= "table" then member({}, "script", "string", file) end
  member(record, "script", "string", file)
  member(record, "sha256", "string", file)
  check_texts(member(record, "versions", "table", file), "versions", file)
  for _, list in ipairs { "inputs", "modules", "outputs" } do check_files(record, list, file) end
  local options = member(record, "options", "table", file)
  member(options, "script", "string", file)
  member(options, "profile", "string", file)
  for _, list in ipairs { "data", "arguments" } do check_texts(member(options, list, "table", file), list, file) end
  return record
end

-- ---- what it was made from -------------------------------------------------------------------

local function folder_of(path)
  local folder = path:match "^(.*)/[^/]*$"
  return folder == nil and "." or folder == "" and "/" or folder
end

--- Where the script is: as given, where run.json says, or where OUT stands beside it by default.
local function find_script(words, record, host)
  if words.script then
    return host.fingerprint(words.script) and words.script
      or check.refuse(("there is no script '%s'"):format(words.script))
  end
  for _, path in ipairs { record.options.script, ("%s/../../%s"):format(words.out, record.script) } do
    if host.fingerprint(path) then return path end
  end
  return check.refuse(("the script '%s' is gone: say where it is with --script FILE"):format(record.options.script))
end

--- Puts down a reason: its kind, the file or library it is about, and words.
local function add(reasons, kind, name, text)
  reasons[#reasons + 1] = { kind = kind, name = name, text = text }
end

local function compare_file(reasons, kind, entry, path, host)
  local sha256, bytes = host.fingerprint(path)
  if sha256 == entry.sha256 then return end
  add(reasons, kind, entry.name, bytes == entry.bytes
    and ("%s '%s' differs: it still has %d bytes, but not the same"):format(kind, entry.name, bytes)
    or ("%s '%s' differs: it had %d bytes, now it has %d"):format(kind, entry.name, entry.bytes, bytes))
end

--- The first of the places that has a file; nil if none has.
local function find_input(name, places, host)
  if name:sub(1, 1) == "/" then return host.fingerprint(name) and name end
  for _, place in ipairs(places) do
    local path = place .. "/" .. name
    if host.fingerprint(path) then return path end
  end
end

--- The versions that there are now; those of the second module only where the run had it.
local function versions_now(record, host)
  local now = host.versions()
  if not record.versions.libzip then return now end
  for name, version in next, require "assay.formats".versions do now[name] = version end
  return now
end

local function check_versions(reasons, record, host)
  local now, names = versions_now(record, host), {}
  for name in next, record.versions do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    if record.versions[name] ~= now[name] then
      add(reasons, "version", name, ("version differs: %s was %s, now it is %s"):format(name, record.versions[name],
        now[name] or "not there"))
    end
  end
end

--- Why the result may differ, and what is gone, in words.
local function compare_sources(record, script, data, host)
  local reasons, gone = {}, {}
  compare_file(reasons, "script", { name = record.script, sha256 = record.sha256, bytes = -1 }, script, host)
  if reasons[1] then reasons[1].text = ("script '%s' is not the one that ran (SHA-256)"):format(record.script) end
  local places = table.move(data, 1, #data, 1, {})
  places[#places + 1] = folder_of(script)
  if host.shared ~= "" then places[#places + 1] = host.shared end
  for _, entry in ipairs(record.modules) do
    local path = find_input(entry.name, { folder_of(script) }, host)
    if path then compare_file(reasons, "module", entry, path, host)
    else gone[#gone + 1] = ("module '%s' is gone"):format(entry.name) end
  end
  for _, entry in ipairs(record.inputs) do
    local path = find_input(entry.name, places, host)
    if path then compare_file(reasons, "input", entry, path, host)
    else gone[#gone + 1] = ("input '%s' is gone: name its folder with --data"):format(entry.name) end
  end
  check_versions(reasons, record, host)
  return reasons, gone
end

-- ---- running again ---------------------------------------------------------------------------

--- A trusted script may do anything: that must be said again by who runs it again.
local function check_profile(record, trusted)
  local profile = record.options.profile
  if profile == "trust" and not trusted then
    check.fail "the run was made with --trust, which lets a script do anything: say --trust if you trust it too"
  end
  return profile ~= "default" and "--" .. profile or nil
end

local function words_of(record, script, data, out, profile)
  local words = { "run", script, "--out", out }
  local function put(...) for _, word in ipairs { ... } do words[#words + 1] = word end end
  for _, folder in ipairs(data) do put("--data", folder) end
  if math.type(record.options.time) then put("--time", tostring(record.options.time)) end
  if math.type(record.options.memory) then put("--memory", tostring(record.options.memory)) end
  if profile then put(profile) end
  put "--"
  return table.move(record.options.arguments, 1, #record.options.arguments, #words + 1, words)
end

--- A hidden name beside a folder. The run goes into a folder of that name, so that what an
--- interrupted one leaves beside its own place goes with it.
local function name_beside(folder, host)
  local whole = host.real(folder) or check.refuse(("there is no folder '%s'"):format(folder))
  local parent, name = whole:match "^(.*)/([^/]+)$"
  return ("%s/.%s.rerun-%d"):format(parent or "", name or "root", host.pid)
end

-- ---- comparing outputs -----------------------------------------------------------------------

local function set_of(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  set["run.json"] = nil
  return set
end

local function by_name(list)
  local entries = {}
  for _, entry in ipairs(list) do entries[entry.name] = entry end
  return entries
end

--- Why an output of OUT is not the one that was recorded; nil if it is.
local function edited(out, entry, host)
  if host.fingerprint(out .. "/" .. entry.name) == entry.sha256 then return nil end
  return ("output '%s' was changed after the run"):format(entry.name)
end

--- What differs between two folders, how many files they have in common, and whether the run itself
--- gave anything else than before. What happened to OUT since its run is a reason.
local function compare_outputs(record, out, again, reasons, host)
  local old, new, recorded = set_of(host.files(out)), set_of(host.files(again)), by_name(record.outputs)
  local names, all = {}, {}
  for _, set in ipairs { old, new, recorded } do
    for name in next, set do all[name] = true end
  end
  for name in next, all do names[#names + 1] = name end
  table.sort(names)
  local differences, same, result = {}, 0, false
  local function differ(name, text) differences[#differences + 1] = { name = name, text = text } end
  for _, name in ipairs(names) do
    local entry = recorded[name]
    if old[name] and new[name] then
      local byte, line = host.compare(out .. "/" .. name, again .. "/" .. name)
      if byte then differ(name, ("%s differs from line %d on (byte %d)"):format(name, line, byte)) else same = same + 1 end
    elseif old[name] then differ(name, name .. " does not come out this time")
    elseif new[name] then differ(name, name .. (entry and " is no longer there" or " is new"))
    else differ(name, name .. " is no longer there and does not come out this time")
    end
    if entry and old[name] then
      local text = edited(out, entry, host)
      if text then add(reasons, "output", name, text) end
    elseif entry then add(reasons, "output", name, ("output '%s' was removed after the run"):format(name))
    elseif old[name] then add(reasons, "output", name, ("'%s' is no output of the run"):format(name))
    end
    if (entry and entry.sha256) ~= (new[name] and host.fingerprint(again .. "/" .. name) or nil) then result = true end
  end
  return differences, same, result
end

-- ---- the answer ------------------------------------------------------------------------------

local function files(n) return ("%d file%s"):format(n, n == 1 and "" or "s") end

--- The reason that is left when nothing that the record knows has changed.
local function add_result_reason(reasons, record)
  for _, note in ipairs(type(record.notes) == "table" and record.notes or {}) do
    if type(note) == "table" and note.kind == "seed" then
      return add(reasons, "result", nil, "result: the script draws under a seed that it makes anew each time")
    end
  end
  return add(reasons, "result", nil,
    "result: script, inputs and versions are the same, so the script itself gives something else each time")
end

local function has_source(reasons)
  for _, reason in ipairs(reasons) do
    if reason.kind ~= "output" then return true end
  end
  return false
end

--- Whether reasons are about nothing but versions.
local function only_versions(reasons)
  for _, reason in ipairs(reasons) do
    if reason.kind ~= "version" then return false end
  end
  return true
end

local function show(answer)
  if #answer.differences == 0 then
    print(("identical: %s"):format(files(answer.files)))
  else
    for _, difference in ipairs(answer.differences) do print(difference.text) end
    if answer.files > 0 then print(("%s identical"):format(files(answer.files))) end
  end
  for _, reason in ipairs(answer.reasons) do
    local before = #answer.differences == 0 and "but " or (answer.result or reason.kind == "output") and "why: " or "also: "
    print(before .. reason.text)
  end
end

local function finish(words, answer)
  if words.json then
    io.write(core.json.text {
      out = words.out, identical = answer.identical, files = answer.files,
      differences = core.json.list(answer.differences), reasons = core.json.list(answer.reasons),
    })
  else
    show(answer)
  end
  return answer.identical and 0 or 1
end

local function first_words(errors)
  local text = errors:gsub("%s+$", "")
  local last
  for line in text:gmatch "[^\n]+" do last = line end
  return (last or "it said nothing"):gsub("^assay: ", "")
end

local interrupted = 130

function rerun.call(words, host)
  local record = read_record(words.out .. "/run.json")
  local script = find_script(words, record, host)
  local data = #words.data > 0 and words.data or record.options.data
  local profile = check_profile(record, words.trust)
  local reasons, gone = compare_sources(record, script, data, host)
  if #gone > 0 then
    check.refuse(table.concat(gone, "\nassay: "))
  end
  local beside = name_beside(words.out, host)
  local _ <close> = setmetatable({}, { __close = function() host.remove(beside) end })
  local again = words.keep or beside .. "/again"
  local code, errors = host.run(words_of(record, script, data, again, profile))
  local answer = { differences = {}, reasons = reasons, files = 0 }
  if code == 0 then
    answer.differences, answer.files, answer.result = compare_outputs(record, words.out, again, reasons, host)
    if answer.result and not has_source(reasons) then add_result_reason(reasons, record) end
  end
  if code == interrupted then return code end
  if code == 2 then return check.fail(first_words(errors)) end
  if code ~= 0 then
    answer.result = true
    answer.differences[1] = { name = record.script,
      text = ("the script ends with exit code %d this time: %s"):format(code, first_words(errors)) }
    if #reasons == 0 then add_result_reason(reasons, record) end
  end
  answer.identical = #answer.differences == 0 and only_versions(reasons)
  return finish(words, answer)
end

return rerun
