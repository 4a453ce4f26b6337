// SPDX-License-Identifier: Apache-2.0
// Sends a control code to a service, which wine's sc can't: service-control NAME CODE. Windows.
#include <cstdlib>
#include <iostream>
#include <windows.h>

int main(int argc, char** argv) {
    if (argc != 3)
        return 64;
    SC_HANDLE manager = ::OpenSCManagerA(nullptr, nullptr, SC_MANAGER_CONNECT);
    SC_HANDLE service = ::OpenServiceA(manager, argv[1], SERVICE_ALL_ACCESS);
    SERVICE_STATUS status{};
    if (service == nullptr ||
        ::ControlService(service, static_cast<DWORD>(std::atoi(argv[2])), &status) == 0) {
        std::cerr << "error " << ::GetLastError() << '\n';
        return 1;
    }
    return 0;
}
