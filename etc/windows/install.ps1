# SPDX-License-Identifier: Apache-2.0

<#
.SYNOPSIS
Installs central-oauthd as a Windows service, upgrades it, or changes its settings.

.DESCRIPTION
Run it from the unpacked folder of the release. It copies the programs, makes the data folder and the encryption key,
registers the service central-oauthd under an account of its own (NT SERVICE\central-oauthd), checks the settings,
starts the service, and waits until it answers.

Run it again to upgrade: it stops the service, replaces the programs, keeps the settings that are not given anew, and
starts the service. It never deletes data.

Run the installed copy to change settings only.

.PARAMETER InstallDir
Where the programs go. Default: central-oauth below Program Files, or where the service already is.

.PARAMETER DataDir
Where the database, the log and the secrets are. Default: central-oauth below ProgramData, or where the data already is.

.PARAMETER Setting
Settings as NAME=VALUE, separated by commas; NAME= removes a setting. Names are those of docs\configuration.md, and
HTTPS_PROXY and NO_PROXY. Every user of the machine can read them, so secrets are refused: put a secret into a file
below DataDir\secrets, and name the file by NAME_FILE. Quote each one, because values may have commas.

.PARAMETER OpenFirewallPort
Lets other machines connect to this TCP port of the service. Without it the firewall is left as it is.

.PARAMETER NoStart
Installs, and leaves the service stopped.

.EXAMPLE
.\install.ps1 -NoStart

The first step of a new installation: makes the folders and the encryption key.

.EXAMPLE
.\install.ps1 -Setting 'CENTRAL_OAUTH_JIRA_CLIENT_ID=abc',
    'CENTRAL_OAUTH_JIRA_CLIENT_SECRET_FILE=C:\ProgramData\central-oauth\secrets\jira-client-secret'

Sets the app of Jira, and starts the service.

.EXAMPLE
.\install.ps1

Upgrades, with the settings as they are.

.EXAMPLE
& "$env:ProgramFiles\central-oauth\install.ps1" -Setting 'CENTRAL_OAUTH_BIND=0.0.0.0:8443' -OpenFirewallPort 8443

Changes a setting of the installed service, and opens its port in the firewall.
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
    [ValidateNotNullOrEmpty()]
    [string] $InstallDir = "$env:ProgramFiles\central-oauth",

    [ValidateNotNullOrEmpty()]
    [string] $DataDir = "$env:ProgramData\central-oauth",

    [string[]] $Setting = @(),

    [ValidateRange(1, 65535)]
    [int] $OpenFirewallPort,

    [switch] $NoStart
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false # exit codes are looked at here

$serviceName = 'central-oauthd'
$account = "NT SERVICE\$serviceName"
$serviceKey = "HKLM:\SYSTEM\CurrentControlSet\Services\$serviceName"
$eventKey = "HKLM:\SYSTEM\CurrentControlSet\Services\EventLog\Application\$serviceName"
$curl = Join-Path $env:SystemRoot 'System32\curl.exe'
$programParts = @('bin', 'licences', 'docs', 'completion', 'install.ps1', 'uninstall.ps1', 'README.txt')

# Security identifiers are the same in every language of Windows.
$system = 'S-1-5-18'
$administrators = 'S-1-5-32-544'
$users = 'S-1-5-32-545'
$everyone = 'S-1-1-0'
$authenticatedUsers = 'S-1-5-11'

# Runs a program. Throws with what it printed if it fails.
function Invoke-Native([string] $Program, [string[]] $Arguments) {
    $ErrorActionPreference = 'Continue' # lines on standard error are not a failure
    $output = & $Program @Arguments 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $($Arguments -join ' ') failed with exit code ${LASTEXITCODE}: $($output -join ' ')"
    }
}

# Returns the path as a full path on a local drive, without a backslash at its end.
function Resolve-Folder([string] $Path, [string] $Parameter) {
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path).TrimEnd('\')
    if ($full -notmatch '^[A-Za-z]:\\.') {
        throw "$Parameter must be a folder on a local drive, such as D:\central-oauth; it is $Path."
    }
    return $full
}

# Returns the service's settings, empty if there is no service yet.
function Read-Settings {
    $settings = [ordered]@{}
    if (Test-Path -LiteralPath $serviceKey) {
        foreach ($line in @((Get-Item -LiteralPath $serviceKey).GetValue('Environment', @()))) {
            $name, $value = $line -split '=', 2
            $settings[$name] = $value
        }
    }
    return $settings
}

# Returns what -Setting asks for. Throws if the service could not use it, or other users could read a secret in it.
function ConvertTo-Settings([string[]] $Assignments) {
    $settings = [ordered]@{}
    foreach ($assignment in $Assignments) {
        $name, $value = $assignment -split '=', 2
        if ($null -eq $value) {
            throw "-Setting takes NAME=VALUE. One entry has no '='; quote each entry: 'NAME=VALUE', 'NAME=VALUE'."
        }
        $name = $name.Trim().ToUpperInvariant()
        if ($name -notmatch '^(CENTRAL_OAUTH_[A-Z0-9_]+|HTTPS_PROXY|NO_PROXY)$') {
            throw "$name is not a setting of the service. Settings begin with CENTRAL_OAUTH_, besides HTTPS_PROXY " +
                'and NO_PROXY; docs\configuration.md lists them.'
        }
        if ($name -match '^CENTRAL_OAUTH_(URL|CLIENT_KEY)$') {
            throw "$name is a setting of the command-line client. Set it by: central-oauth config set"
        }
        if ($name -eq 'CENTRAL_OAUTH_DB_PATH') {
            throw "The database is db.sqlite3 in the data folder. Use -DataDir instead of $name."
        }
        if ($value -ne '' -and $name -match '^CENTRAL_OAUTH_(SECRET_KEY|KEY_RING|ADMIN_KEY|.+_CLIENT_SECRET)$') {
            throw "$name is a secret, and every user of this machine can read the settings of a service. Write the " +
                "secret into a file below $DataDir\secrets, and set ${name}_FILE to the path of that file."
        }
        if ($value -match ',\s*CENTRAL_OAUTH_[A-Z0-9_]+=') {
            throw "The value of $name has a further setting in it. Run the script within PowerShell, not by " +
                "powershell.exe -File, and quote each entry: 'NAME=VALUE', 'NAME=VALUE'."
        }
        if ($value -match '[\x00-\x1f]') {
            throw "The value of $name has a line end or another control character. Remove it."
        }
        if ($name -eq 'HTTPS_PROXY' -and $value -match '@') {
            Write-Warning 'HTTPS_PROXY has a password, and every user of this machine can read it.'
        }
        $settings[$name] = $value
    }
    return $settings
}

# Stops the service. Disables it, so that its recovery does not start it while files are replaced.
function Stop-Daemon {
    Set-Service -Name $serviceName -StartupType Disabled
    Stop-Service -Name $serviceName
    (Get-Service -Name $serviceName).WaitForStatus('Stopped', [TimeSpan]::FromSeconds(60))
}

# Throws unless the folder belongs to somebody who may decide what the service does: any user can make a folder below
# ProgramData, and put files into it, before the service is installed.
function Assert-TrustedFolder([string] $Path) {
    $item = Get-Item -LiteralPath $Path -Force
    if (-not $item.PSIsContainer -or ($item.Attributes -band [System.IO.FileAttributes]::ReparsePoint)) {
        throw "$Path is not a plain folder. Move it away, and run this again."
    }
    $owner = (Get-Acl -LiteralPath $Path).GetOwner([System.Security.Principal.SecurityIdentifier]).Value
    $trusted = @($system, $administrators, (Get-SidOf $account))
    $trusted += [System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    if ($trusted -notcontains $owner) {
        throw "$Path is there already and belongs to another user ($owner), who may have put files into it. Move it " +
            "away, or look at what is in it and take it over by: icacls.exe `"$Path`" /setowner *$administrators /T"
    }
}

# Returns the security identifier of an account, or an empty string if the account does not exist.
function Get-SidOf([string] $Name) {
    try {
        $ntAccount = New-Object System.Security.Principal.NTAccount($Name)
        return $ntAccount.Translate([System.Security.Principal.SecurityIdentifier]).Value
    } catch {
        return ''
    }
}

# Makes the folder, if need be. SYSTEM and administrators may do everything in it, the account with this security
# identifier has $Rights, and nothing is inherited from above.
function Protect-Folder([string] $Path, [string] $Sid, [string] $Rights) {
    if (Test-Path -LiteralPath $Path) {
        Assert-TrustedFolder $Path
    } else {
        New-Item -ItemType Directory -Path $Path | Out-Null
    }
    Invoke-Native 'icacls.exe' @($Path, '/remove:g', "*$everyone", "*$authenticatedUsers", "*$users")
    Invoke-Native 'icacls.exe' @($Path, '/inheritance:r', '/grant:r', "*${system}:(OI)(CI)F",
        "*${administrators}:(OI)(CI)F", "*${Sid}:(OI)(CI)$Rights")
}

# Copies the programs. A program that has just ended may still hold its files for a moment.
function Copy-Programs([string] $From, [string] $To) {
    if ($From -eq $To) {
        return
    }
    if (-not $To.StartsWith("$env:ProgramFiles\", [StringComparison]::OrdinalIgnoreCase)) {
        Protect-Folder $To $users 'RX'
    } elseif (-not (Test-Path -LiteralPath $To)) {
        New-Item -ItemType Directory -Path $To | Out-Null
    }
    $parts = @($programParts | ForEach-Object { Join-Path $From $_ } | Where-Object { Test-Path -LiteralPath $_ })
    for ($try = 1; ; $try++) {
        try {
            Copy-Item -LiteralPath $parts -Destination $To -Recurse -Force
            break
        } catch {
            if ($try -ge 10) {
                throw "The programs can't be copied to ${To}: $($_.Exception.Message) End every program that runs " +
                    "from there, such as central-oauth.exe, and run this again. The service stays stopped until then."
            }
            Start-Sleep -Seconds 1
        }
    }
    Get-ChildItem -LiteralPath $To -Recurse -File | Unblock-File
}

# Makes or changes the service, under its own account, with a delayed automatic start and its recovery.
function Register-Daemon([string] $Program) {
    $path = '"' + $Program + '"'
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name='$serviceName'"
    if ($null -eq $service) {
        New-Service -Name $serviceName -BinaryPathName $path -DisplayName 'Central OAuth' | Out-Null
    } else {
        $result = Invoke-CimMethod -InputObject $service -MethodName Change -Arguments @{ PathName = $path }
        if ($result.ReturnValue -ne 0) {
            throw "The service can't be changed: Win32_Service.Change returned $($result.ReturnValue). If it is " +
                'marked for deletion, close the Services window, and run this again.'
        }
    }
    Set-Service -Name $serviceName -Description 'Keeps OAuth grants, and hands out short-lived access tokens.'
    Invoke-Native 'sc.exe' @('config', $serviceName, 'obj=', $account, 'start=', 'delayed-auto')
    Invoke-Native 'sc.exe' @('failure', $serviceName, 'reset=', '3600', 'actions=',
        'restart/10000/restart/10000/restart/60000')
    Invoke-Native 'sc.exe' @('failureflag', $serviceName, '1') # an exit code other than 0 counts as well
}

# Registers the event source. PowerShell 7 has no New-EventLog, so this writes what that would write.
function Register-EventSource {
    if (-not (Test-Path -LiteralPath $eventKey)) {
        New-Item -Path $eventKey | Out-Null
    }
    $messages = '%SystemRoot%\Microsoft.NET\Framework64\v4.0.30319\EventLogMessages.dll'
    New-ItemProperty -LiteralPath $eventKey -Name EventMessageFile -PropertyType ExpandString -Value $messages -Force |
        Out-Null
    New-ItemProperty -LiteralPath $eventKey -Name TypesSupported -PropertyType DWord -Value 7 -Force | Out-Null
}

# Writes 32 random bytes as 64 hex digits. The file has the rights of its folder.
function New-EncryptionKey([string] $Path) {
    $bytes = New-Object byte[] 32
    $random = [System.Security.Cryptography.RandomNumberGenerator]::Create()
    $random.GetBytes($bytes)
    $random.Dispose()
    $digits = -join ($bytes | ForEach-Object { $_.ToString('x2') })
    [System.IO.File]::WriteAllText($Path, "$digits`n", [System.Text.Encoding]::ASCII)
}

# Names a key file, and makes it if there is none.
function Add-EncryptionKey($Settings, [string] $Folder) {
    $names = @('CENTRAL_OAUTH_SECRET_KEY', 'CENTRAL_OAUTH_SECRET_KEY_FILE', 'CENTRAL_OAUTH_KEY_RING',
        'CENTRAL_OAUTH_KEY_RING_FILE')
    if (@($names | Where-Object { $Settings.Contains($_) }).Count -gt 0) {
        return
    }
    $file = Join-Path $Folder 'secrets\secret-key'
    if (-not (Test-Path -LiteralPath $file)) {
        if (Test-Path -LiteralPath (Join-Path $Folder 'db.sqlite3')) {
            throw "There is a database in $Folder, but its encryption key is not there: $file. Put your copy of the " +
                'key into that file, and run this again. A new key could not read the grants in the database.'
        }
        New-EncryptionKey $file
        Write-Host "Made the encryption key $file. Keep a copy of it in another place than your backups:"
        Write-Host 'it encrypts all grants, and nothing replaces it.'
    }
    $Settings['CENTRAL_OAUTH_SECRET_KEY_FILE'] = $file
}

# Gives the daemon's own files the rights of their folder: those that an administrator's command has made, too.
function Reset-FileRights([string] $Folder) {
    $folders = @($Folder, (Join-Path $Folder 'logs'))
    $files = @(Get-ChildItem -LiteralPath $folders -File | ForEach-Object { $_.FullName })
    $files += @(Join-Path $Folder 'secrets\secret-key' | Where-Object { Test-Path -LiteralPath $_ })
    foreach ($file in $files) {
        Invoke-Native 'icacls.exe' @($file, '/reset')
    }
}

function Write-Settings($Settings) {
    [string[]] $lines = @($Settings.Keys | ForEach-Object { $_ + '=' + $Settings[$_] })
    New-ItemProperty -LiteralPath $serviceKey -Name Environment -PropertyType MultiString -Value $lines -Force |
        Out-Null
}

function Set-ProcessVariable([string] $Name, $Value) {
    if ($null -eq $Value -or $Value -eq '') {
        Remove-Item -LiteralPath "Env:$Name" -ErrorAction SilentlyContinue
    } else {
        Set-Item -LiteralPath "Env:$Name" -Value $Value
    }
}

# Lets the daemon check the settings, and prints what it says. Returns whether they are good.
function Test-Settings([string] $Program, $Settings) {
    $ErrorActionPreference = 'Continue'
    $names = @($Settings.Keys)
    $names += @(Get-ChildItem -Path Env: | ForEach-Object { $_.Name } | Where-Object { $_ -like 'CENTRAL_OAUTH_*' })
    $before = @{}
    foreach ($name in $names) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
    }
    try {
        foreach ($name in $names) {
            Set-ProcessVariable $name $Settings[$name]
        }
        $output = & $Program --check-config 2>&1
        $code = $LASTEXITCODE
    } finally {
        foreach ($name in $names) {
            Set-ProcessVariable $name $before[$name]
        }
    }
    foreach ($line in @($output)) {
        Write-Host "  $line"
    }
    return $code -eq 0
}

function Open-Firewall([int] $Port, [string] $Program) {
    Get-NetFirewallRule -Name $serviceName -ErrorAction SilentlyContinue | Remove-NetFirewallRule
    New-NetFirewallRule -Name $serviceName -DisplayName "Central OAuth (TCP $Port)" -Direction Inbound -Action Allow `
        -Protocol TCP -LocalPort $Port -Program $Program | Out-Null
}

# Returns where this machine reaches the listener.
function Get-ListenerUrl($Settings) {
    $bind = '127.0.0.1:8080'
    if ($Settings['CENTRAL_OAUTH_BIND']) {
        $bind = $Settings['CENTRAL_OAUTH_BIND']
    }
    $bind = $bind -replace '^0\.0\.0\.0:', '127.0.0.1:' -replace '^\[::\]:', '[::1]:'
    if ($Settings['CENTRAL_OAUTH_TLS_CERT']) {
        return "https://$bind"
    }
    return "http://$bind"
}

# Returns the daemon's last event since then, which says why a start failed.
function Get-LastEvent([datetime] $Since) {
    try {
        $filter = @{ LogName = 'Application'; ProviderName = $serviceName; StartTime = $Since }
        return @(Get-WinEvent -FilterHashtable $filter -MaxEvents 1)[0].Message
    } catch {
        return 'the Application event log has no event of it'
    }
}

# Starts the service, and blocks until it answers. Throws with the reason if it stops, or does not answer in a minute.
function Start-Daemon([string] $Url, $Settings) {
    $begin = Get-Date
    Invoke-Native 'sc.exe' @('start', $serviceName)
    for ($second = 0; $second -lt 60; $second++) {
        # The certificate names the public host, not this address, and nothing secret is sent.
        $status = & $curl --silent --insecure --globoff --noproxy '*' --max-time 5 --output NUL `
            --write-out '%{http_code}' "$Url/v1/healthz"
        if ($status -eq '200') {
            return
        }
        if ((Get-Service -Name $serviceName).Status -eq 'Stopped') {
            $service = Get-CimInstance -ClassName Win32_Service -Filter "Name='$serviceName'"
            $code = $service.ServiceSpecificExitCode
            throw "The service stopped with exit code ${code}: $(Get-LastEvent $begin). Correct that; Windows starts " +
                "the service again within a minute. Its log is $($Settings['CENTRAL_OAUTH_LOG_FILE']), and " +
                'docs\operations.md lists the exit codes.'
        }
        Start-Sleep -Seconds 1
    }
    throw "The service runs, but $Url/v1/healthz does not answer. See the log: $($Settings['CENTRAL_OAUTH_LOG_FILE'])"
}

# Look at everything before anything is changed.
if (-not [Environment]::Is64BitProcess) {
    throw 'This is a 32-bit PowerShell. Run the script in the 64-bit one.'
}
if (-not (Test-Path -LiteralPath $curl)) {
    throw "$curl is missing. Central OAuth needs Windows 10 (1809), Windows Server 2019, or newer."
}
if (-not (Test-Path -LiteralPath (Join-Path $PSScriptRoot 'bin\central-oauthd.exe'))) {
    throw "There is no bin\central-oauthd.exe beside this script. Unpack the whole zip, and run install.ps1 there."
}

$service = Get-CimInstance -ClassName Win32_Service -Filter "Name='$serviceName'"
$settings = Read-Settings
if ($null -ne $service -and $service.PathName -match '^"?(.+)\\bin\\central-oauthd\.exe"?') {
    $present = $Matches[1]
    if (-not $PSBoundParameters.ContainsKey('InstallDir')) {
        $InstallDir = $present
    } elseif ((Resolve-Folder $InstallDir '-InstallDir') -ne $present) {
        Write-Warning "The old programs stay in $present. Remove that folder yourself."
    }
}
if ($settings.Contains('CENTRAL_OAUTH_DB_PATH')) {
    $present = Split-Path -Parent $settings['CENTRAL_OAUTH_DB_PATH']
    if (-not $PSBoundParameters.ContainsKey('DataDir')) {
        $DataDir = $present
    } elseif ((Resolve-Folder $DataDir '-DataDir') -ne $present) {
        throw "The data is in $present; with another folder the service would begin with an empty database. To move " +
            'the data, run uninstall.ps1, which keeps it, move the folder, and install with -DataDir and all settings.'
    }
}
$InstallDir = Resolve-Folder $InstallDir '-InstallDir'
$DataDir = Resolve-Folder $DataDir '-DataDir'
$program = Join-Path $InstallDir 'bin\central-oauthd.exe'
$given = ConvertTo-Settings $Setting

if ($null -ne $service) {
    Stop-Daemon
}
Copy-Programs $PSScriptRoot $InstallDir
Register-Daemon $program

$sid = Get-SidOf $account
if ($sid -eq '') {
    throw "Windows does not know the account $account, although the service is registered. Run this again."
}
Protect-Folder $DataDir $sid 'M'
Protect-Folder (Join-Path $DataDir 'logs') $sid 'M'
Protect-Folder (Join-Path $DataDir 'secrets') $sid 'RX'

$settings['CENTRAL_OAUTH_DB_PATH'] = Join-Path $DataDir 'db.sqlite3'
if (-not $settings.Contains('CENTRAL_OAUTH_LOG_FILE')) {
    $settings['CENTRAL_OAUTH_LOG_FILE'] = Join-Path $DataDir 'logs\central-oauthd.log'
}
foreach ($name in @($given.Keys)) {
    if ($given[$name] -eq '') {
        $settings.Remove($name)
    } else {
        $settings[$name] = $given[$name]
    }
}
Add-EncryptionKey $settings $DataDir
Reset-FileRights $DataDir
Write-Settings $settings
Register-EventSource
if ($PSBoundParameters.ContainsKey('OpenFirewallPort')) {
    Open-Firewall $OpenFirewallPort $program
}

if ($NoStart) {
    Write-Host "Installed in $InstallDir, with the data in $DataDir. The service is stopped."
    Write-Host "Next: put the app's secret into a file below $DataDir\secrets, and run install.ps1 with -Setting."
    Write-Host "$InstallDir\docs\windows.md says how."
    return
}
Write-Host 'Checking the settings:'
if (-not (Test-Settings $program $settings)) {
    throw 'The settings are incomplete or wrong, as said above, so the service was not started. Correct them by ' +
        "-Setting 'NAME=VALUE'; $InstallDir\docs\windows.md has an example."
}
$url = Get-ListenerUrl $settings
Start-Daemon $url $settings
Write-Host "The service runs, and answers at $url."
Write-Host "Next: add a client, as $InstallDir\docs\windows.md says under 'Add a client'."
